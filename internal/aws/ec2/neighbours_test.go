package ec2_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Types, requesters and descriptions as EC2 shows them:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
var interfacesOfServices = []struct {
	account.Interface
	kind quarantine.NeighbourKind // "" is no neighbour
	of   string                   // "" is the interface itself
}{
	{account.Interface{Type: "nat_gateway", RequesterManaged: true, Description: "Interface for NAT Gateway nat-0123456789abcdef0"}, quarantine.NeighbourNATGateway, "nat-0123456789abcdef0"},
	{account.Interface{Type: "natGateway", RequesterManaged: true}, quarantine.NeighbourNATGateway, ""},
	{account.Interface{RequesterManaged: true, Requester: "amazon-elb", Description: "ELB app/shop/1234567890abcdef"}, quarantine.NeighbourLoadBalancer, "app/shop/1234567890abcdef"},
	{account.Interface{RequesterManaged: true, Requester: "amazon-elb", Description: "ELB classic"}, quarantine.NeighbourLoadBalancer, "classic"},
	{account.Interface{Type: "network_load_balancer", RequesterManaged: true, Description: "ELB net/line/1234567890abcdef"}, quarantine.NeighbourLoadBalancer, "net/line/1234567890abcdef"},
	{account.Interface{Type: "gateway_load_balancer", RequesterManaged: true}, quarantine.NeighbourLoadBalancer, ""},
	{account.Interface{Type: "vpc_endpoint", RequesterManaged: true, Description: "VPC Endpoint Interface vpce-0123456789abcdef0"}, quarantine.NeighbourEndpoint, "vpce-0123456789abcdef0"},
	{account.Interface{RequesterManaged: true, Description: "VPC Endpoint Interface: vpce-0fedcba9876543210"}, quarantine.NeighbourEndpoint, "vpce-0fedcba9876543210"},
	{account.Interface{Type: "gateway_load_balancer_endpoint", RequesterManaged: true}, quarantine.NeighbourEndpoint, ""},
	{account.Interface{Type: "lambda", RequesterManaged: true, Description: "AWS Lambda VPC ENI-resize-12ab"}, quarantine.NeighbourFunction, ""},
	{account.Interface{RequesterManaged: true, Requester: "amazon-rds", Description: "RDSNetworkInterface"}, quarantine.NeighbourDatabase, ""},
	{account.Interface{RequesterManaged: true, Description: "EFS mount target for fs-0123456789abcdef0 (fsmt-0123456789abcdef0)"}, quarantine.NeighbourFileSystem, "fsmt-0123456789abcdef0"},
	{account.Interface{RequesterManaged: true, Description: "arn:aws:ecs:eu-west-1:111122223333:attachment/1"}, quarantine.NeighbourOther, ""},
	{account.Interface{Type: "transit_gateway", RequesterManaged: true}, quarantine.NeighbourOther, ""},
	{account.Interface{Type: "branch"}, quarantine.NeighbourBranch, ""},
	{account.Interface{Description: "ELB somebody made this, and nothing uses it"}, "", ""},
}

func TestWhatAnInterfaceBelongsToIsToldByEC2(t *testing.T) {
	t.Parallel()
	for _, of := range interfacesOfServices {
		w := newWorld()
		of.Subnet, of.PrivateIP = w.env.SubnetB, "10.0.2.99"
		id := w.AddInterface(of.Interface)
		found, all, err := ec2.New(w.EC2()).Neighbours(t.Context(), w.resource(), []string{w.env.SubnetB})
		want := []quarantine.Neighbour{{Interface: id, Subnet: w.env.SubnetB, Kind: of.kind, Of: of.of}}
		if of.of == "" {
			want[0].Of = id
		}
		if of.kind == "" {
			want = nil
		}
		if err != nil || !all || !slices.Equal(found, want) {
			t.Errorf("%s %q: %+v, %v, want %+v", of.Type, of.Description, found, err, want)
		}
	}
}

// Whatever else there is: what is attached to the instance itself is no neighbour, in any subnet.
func TestTheInstancesOwnInterfacesAreNeverNeighbours(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var others []string
	for n := range 5 {
		others = append(others, w.AddInstance(account.Instance{Interfaces: []account.Interface{
			{Subnet: w.env.SubnetA, PrivateIP: fmt.Sprintf("10.0.1.3%d", n)}, {Subnet: w.env.SubnetB, PrivateIP: fmt.Sprintf("10.0.2.3%d", n)},
		}}))
	}
	for _, self := range append(others, w.env.Instance) {
		r := w.resource()
		r.ID = self
		for _, in := range [][]string{{w.env.SubnetA}, {w.env.SubnetB}, {w.env.SubnetA, w.env.SubnetB}} {
			found, _, err := ec2.New(w.EC2()).Neighbours(t.Context(), r, in)
			if err != nil || len(found) == 0 {
				t.Fatalf("%d neighbours, %v", len(found), err)
			}
			for _, n := range found {
				if n.Of == self || !slices.Contains(in, n.Subnet) {
					t.Errorf("%s has the neighbour %+v in %v", self, n, in)
				}
			}
		}
	}
}

// smallPages has EC2 answer with pages of five, as it may however many were asked for.
type smallPages struct{ ec2.API }

func (s smallPages) DescribeNetworkInterfaces(ctx context.Context, in *awsec2.DescribeNetworkInterfacesInput, o ...func(*awsec2.Options)) (*awsec2.DescribeNetworkInterfacesOutput, error) {
	few := *in
	few.MaxResults = aws.Int32(5)
	return s.API.DescribeNetworkInterfaces(ctx, &few, o...)
}

func TestNoMoreThanThreePagesOfNeighboursAreRead(t *testing.T) {
	t.Parallel()
	for others, calls := range map[int]int{4: 1, 5: 2, 14: 3, 15: 3} { // and the instance's own
		w := newWorld()
		for n := range others {
			w.AddInterface(account.Interface{Subnet: w.env.SubnetB, PrivateIP: fmt.Sprintf("10.0.2.%d", 30+n), RequesterManaged: true})
		}
		found, all, err := ec2.New(smallPages{w.EC2()}).Neighbours(t.Context(), w.resource(), []string{w.env.SubnetB})
		if err != nil || all != (others < 15) || w.count("DescribeNetworkInterfaces") != calls {
			t.Errorf("%d others: all: %t, in %d calls, %v", others, all, w.count("DescribeNetworkInterfaces"), err)
		}
		if all && len(found) != others {
			t.Errorf("%d others: %d found", others, len(found))
		}
	}
}
