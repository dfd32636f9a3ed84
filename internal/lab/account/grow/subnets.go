package grow

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

func (g ground) growSubnet(eni SeedInterface) {
	if g.Has(ec2.KindSubnet, eni.Subnet) {
		return
	}
	g.AddSubnet(ec2.Subnet{
		ID: eni.Subnet, VPC: eni.VPC, CIDR: g.freeBlock(eni.VPC, netip.MustParseAddr(eni.PrivateIP)), IPv6CIDR: blockOf(eni.IPv6, 64),
	})
}

// freeBlock returns the largest of a few usual blocks around the address that overlaps no other
// subnet of the VPC.
func (g ground) freeBlock(vpc string, around netip.Addr) string {
	for _, bits := range []int{24, 26, 28, 30, 32} {
		block := netip.PrefixFrom(around, bits).Masked()
		if !g.overlaps(vpc, block) {
			return block.String()
		}
	}
	// AWS would not allow two subnets with one address, but the finding says so.
	return netip.PrefixFrom(around, 32).String()
}

func (g ground) overlaps(vpc string, block netip.Prefix) bool {
	found := false
	g.Read(func(d ec2.Description) {
		found = slices.ContainsFunc(d.Subnets, func(s *types.Subnet) bool {
			p, err := netip.ParsePrefix(aws.ToString(s.CidrBlock))
			return err == nil && aws.ToString(s.VpcId) == vpc && p.Overlaps(block)
		})
	})
	return found
}

// freeAddress returns an address for the n-th interface of an instance: in the subnet if it
// exists, or else in a block that no subnet uses.
func (g ground) freeAddress(vpc, subnet string, n int) string {
	block := g.freeTwentyFour(vpc, "10.0.0.0/16")
	if s, ok := g.subnet(subnet); ok {
		block = netip.MustParsePrefix(aws.ToString(s.CidrBlock))
	}
	addr := block.Masked().Addr()
	for range 10 + n { // AWS reserves the first four
		addr = addr.Next()
	}
	for g.taken(vpc, addr) {
		addr = addr.Next()
	}
	return addr.String()
}

// freeTwentyFour returns the first /24 in the block that no subnet of the VPC uses. It skips the
// block's very first /24, as many networks do.
func (g ground) freeTwentyFour(vpc, in string) netip.Prefix {
	b := netip.MustParsePrefix(in).Masked().Addr().As4()
	block := netip.PrefixFrom(netip.AddrFrom4(b), 24)
	for n := 1; n < 256; n++ {
		b[2] = byte(n)
		block = netip.PrefixFrom(netip.AddrFrom4(b), 24)
		if !g.overlaps(vpc, block) {
			break
		}
	}
	return block
}

func (g ground) taken(vpc string, addr netip.Addr) bool {
	has := func(eni types.InstanceNetworkInterface) bool {
		return aws.ToString(eni.VpcId) == vpc && aws.ToString(eni.PrivateIpAddress) == addr.String()
	}
	found := false
	g.Read(func(d ec2.Description) {
		found = slices.ContainsFunc(d.Instances, func(i *types.Instance) bool { return slices.ContainsFunc(i.NetworkInterfaces, has) })
	})
	return found
}

// otherSubnet returns the VPC's subnet for the neighbour Across, and creates it if needed.
func (g ground) otherSubnet(vpc string) string {
	name := "neighbours of " + vpc
	if id := g.named(name); id != "" {
		return id
	}
	return g.AddSubnet(ec2.Subnet{VPC: vpc, CIDR: g.spareBlock(vpc), Tags: map[string]string{"Name": name}})
}

func (g ground) spareBlock(vpc string) string {
	in := ""
	g.Read(func(d ec2.Description) {
		for _, v := range d.VPCs {
			if aws.ToString(v.VpcId) == vpc {
				in = aws.ToString(v.CidrBlock)
			}
		}
	})
	if in == "" { // the description of a loaded account lacks its VPCs
		in = "10.0.0.0/16"
	}
	return g.freeTwentyFour(vpc, in).String()
}

// neighbour returns an instance in the subnet that is not compromised, and creates it if needed.
func (g ground) neighbour(word, subnet string, groups []string) string {
	name := fmt.Sprintf("neighbour %s in %s", word, subnet)
	if id := g.named(name); id != "" {
		return id
	}
	return g.AddInstance(ec2.Instance{
		Tags:       map[string]string{"Name": name},
		Interfaces: []ec2.Interface{{Subnet: subnet, PrivateIP: g.spareAddress(subnet), Groups: groups}},
		Volumes:    []ec2.Volume{{}},
	})
}

func (g ground) spareAddress(subnet string) string {
	s, _ := g.subnet(subnet)
	return g.freeAddress(aws.ToString(s.VpcId), subnet, 0)
}

// named returns the subnet or instance that was created with that name, or "".
func (g ground) named(name string) (id string) {
	isNamed := func(t types.Tag) bool { return aws.ToString(t.Key) == "Name" && aws.ToString(t.Value) == name }
	g.Read(func(d ec2.Description) {
		for _, s := range d.Subnets {
			if id == "" && slices.ContainsFunc(s.Tags, isNamed) {
				id = *s.SubnetId
			}
		}
		for _, i := range d.Instances {
			if id == "" && slices.ContainsFunc(i.Tags, isNamed) && len(i.NetworkInterfaces) > 0 {
				id = *i.InstanceId
			}
		}
	})
	return id
}

// subnet returns the subnet with that ID, if it exists.
func (g ground) subnet(id string) (found types.Subnet, ok bool) {
	g.Read(func(d ec2.Description) {
		for _, s := range d.Subnets {
			if aws.ToString(s.SubnetId) == id {
				found, ok = *s, true
			}
		}
	})
	return found, ok
}
