package simaws

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func (a *Account) growSubnet(eni SeedInterface) {
	if a.has(aSubnet, eni.Subnet) {
		return
	}
	a.AddSubnet(Subnet{
		ID: eni.Subnet, VPC: eni.VPC, CIDR: a.freeBlock(eni.VPC, netip.MustParseAddr(eni.PrivateIP)), IPv6CIDR: blockOf(eni.IPv6, 64),
	})
}

// freeBlock gives the largest of a few usual blocks around the address that
// overlaps no other subnet of the VPC.
func (a *Account) freeBlock(vpc string, around netip.Addr) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, bits := range []int{24, 26, 28, 30, 32} {
		block := netip.PrefixFrom(around, bits).Masked()
		if !a.overlaps(vpc, block) {
			return block.String()
		}
	}
	// Two subnets with one address is nothing that AWS would have, but the
	// finding says so.
	return netip.PrefixFrom(around, 32).String()
}

func (a *Account) overlaps(vpc string, block netip.Prefix) bool {
	for _, s := range a.network.subnets.all() {
		p, err := netip.ParsePrefix(aws.ToString(s.CidrBlock))
		if err == nil && aws.ToString(s.VpcId) == vpc && p.Overlaps(block) {
			return true
		}
	}
	return false
}

// freeAddress gives an address for the n-th interface of an instance: in the
// subnet if that stands already, or else in a block that no subnet uses.
func (a *Account) freeAddress(vpc, subnet string, n int) string {
	block := a.freeTwentyFour(vpc, "10.0.0.0/16")
	if s, ok := a.network.subnets.get(subnet); ok {
		block = netip.MustParsePrefix(aws.ToString(s.CidrBlock))
	}
	addr := block.Masked().Addr()
	for range 10 + n { // AWS keeps the first four for itself
		addr = addr.Next()
	}
	for a.taken(vpc, addr) {
		addr = addr.Next()
	}
	return addr.String()
}

// freeTwentyFour gives the first /24 in the block that no subnet of the VPC
// uses; the very first is left out, as many networks do.
func (a *Account) freeTwentyFour(vpc, in string) netip.Prefix {
	b := netip.MustParsePrefix(in).Masked().Addr().As4()
	block := netip.PrefixFrom(netip.AddrFrom4(b), 24)
	for n := 1; n < 256; n++ {
		b[2] = byte(n)
		block = netip.PrefixFrom(netip.AddrFrom4(b), 24)
		if !a.overlaps(vpc, block) {
			break
		}
	}
	return block
}

func (a *Account) taken(vpc string, addr netip.Addr) bool {
	for _, i := range a.storage.instances.all() {
		for _, eni := range i.NetworkInterfaces {
			if aws.ToString(eni.VpcId) == vpc && aws.ToString(eni.PrivateIpAddress) == addr.String() {
				return true
			}
		}
	}
	return false
}

// otherSubnet gives the VPC's subnet for neighbours across, made if need be.
func (a *Account) otherSubnet(vpc string) string {
	name := "neighbours of " + vpc
	if id := a.named(name); id != "" {
		return id
	}
	return a.AddSubnet(Subnet{VPC: vpc, CIDR: a.spareBlock(vpc), Tags: map[string]string{"Name": name}})
}

func (a *Account) spareBlock(vpc string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, _ := a.network.vpcs.get(vpc)
	in := aws.ToString(v.CidrBlock)
	if in == "" { // of a loaded account that is silent about its VPCs
		in = "10.0.0.0/16"
	}
	return a.freeTwentyFour(vpc, in).String()
}

// neighbour gives an innocent instance in the subnet, made if need be.
func (a *Account) neighbour(word, subnet string, groups []string) string {
	name := fmt.Sprintf("neighbour %s in %s", word, subnet)
	if id := a.named(name); id != "" {
		return id
	}
	return a.AddInstance(Instance{
		Tags:       map[string]string{"Name": name},
		Interfaces: []Interface{{Subnet: subnet, PrivateIP: a.spareAddress(subnet), Groups: groups}},
		Volumes:    []Volume{{}},
	})
}

func (a *Account) spareAddress(subnet string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, _ := a.network.subnets.get(subnet)
	return a.freeAddress(aws.ToString(s.VpcId), subnet, 0)
}

// named gives the subnet or instance that was grown under the name, or "".
func (a *Account) named(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.network.subnets.all() {
		if slices.Contains(tagValues(s.Tags, "Name"), name) {
			return *s.SubnetId
		}
	}
	for _, i := range a.storage.instances.all() {
		if slices.Contains(tagValues(i.Tags, "Name"), name) && len(i.NetworkInterfaces) > 0 {
			return *i.InstanceId
		}
	}
	return ""
}
