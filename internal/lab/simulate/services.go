package simulate

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	adapter "github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// service is an interface of an AWS service that an instance talks to.
type service struct {
	id, name string
	asks     bool // it opens the connections: the instance is what it serves from
}

// servicesBeside are the load balancers and databases in an instance's subnets, one of each kind.
func servicesBeside(a *account.Account, instance string) (found []service) {
	a.Read(func(d ec2.Description) {
		subnets := subnetsOf(d, instance)
		seen := map[quarantine.NeighbourKind]bool{}
		for _, n := range d.Interfaces {
			of, is := adapter.NeighbourOf(*n)
			balancer := of.Kind == quarantine.NeighbourLoadBalancer
			if !is || seen[of.Kind] || !slices.Contains(subnets, of.Subnet) || !balancer && of.Kind != quarantine.NeighbourDatabase {
				continue
			}
			seen[of.Kind] = true
			found = append(found, service{id: of.Interface, name: strings.ReplaceAll(string(of.Kind), "-", " "), asks: balancer})
		}
	})
	return found
}

func subnetsOf(d ec2.Description, instance string) (subnets []string) {
	for _, i := range d.Instances {
		if aws.ToString(i.InstanceId) != instance {
			continue
		}
		for _, eni := range i.NetworkInterfaces {
			subnets = append(subnets, aws.ToString(eni.SubnetId))
		}
	}
	return subnets
}
