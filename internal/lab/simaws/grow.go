package simaws

import (
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Seed is what a finding says of an instance. What is missing, or does not
// look like AWS's, is invented, the same way every time.
type Seed struct {
	InstanceID   string
	InstanceType string
	ImageID      string
	Profile      string // ARN of the instance profile
	LaunchTime   time.Time
	Tags         map[string]string
	Interfaces   []SeedInterface // none is one with a public address
	Volumes      []Volume        // none is a boot volume and a data volume
	Ports        []int           // TCP ports that the security groups open to the world; none is 22 and 80
}

// SeedInterface is a network interface of the instance.
type SeedInterface struct {
	ID        string
	VPC       string
	Subnet    string
	PrivateIP string
	PublicIP  string // "" is none
	IPv6      []string
	Groups    []SeedGroup
}

// SeedGroup is a security group of an interface.
type SeedGroup struct{ ID, Name string }

// Grown says what stands in the account now.
type Grown struct {
	Instance string
	VPCs     []string
	Subnets  []string // of the instance, in the order of its interfaces
	Beside   string   // a neighbour in the instance's first subnet
	Across   string   // a neighbour in another subnet of the VPC, under the same network ACL
}

// Grow adds an instance as the seed describes it, with the world around it: a
// VPC with its default network ACL, an internet gateway, the subnets, open
// security groups, and two neighbours that are innocent. What stands already
// is used; an instance that does is left as it is. Two seeds in one VPC thus
// meet each other.
func (a *Account) Grow(s Seed) Grown {
	if !a.has(anInstance, s.InstanceID) {
		s = a.complete(s)
		a.plant(s)
	}
	a.mu.Lock()
	i, _ := a.storage.instances.get(s.InstanceID)
	enis := clone(i.NetworkInterfaces)
	a.mu.Unlock()

	g := Grown{Instance: s.InstanceID}
	for _, eni := range enis {
		if !slices.Contains(g.VPCs, *eni.VpcId) {
			g.VPCs = append(g.VPCs, *eni.VpcId)
		}
		if !slices.Contains(g.Subnets, *eni.SubnetId) {
			g.Subnets = append(g.Subnets, *eni.SubnetId)
		}
	}
	if len(enis) > 0 {
		var groups []string
		for _, id := range enis[0].Groups {
			groups = append(groups, aws.ToString(id.GroupId))
		}
		g.Beside = a.neighbour("beside", g.Subnets[0], groups)
		g.Across = a.neighbour("across", a.otherSubnet(g.VPCs[0]), groups)
	}
	return g
}

// plant makes the instance of a complete seed, and what it stands in.
func (a *Account) plant(s Seed) {
	var interfaces []Interface
	for _, eni := range s.Interfaces {
		a.growVPC(eni)
		a.growSubnet(eni)
		var groups []string
		for _, g := range eni.Groups {
			a.growGroup(eni.VPC, g, s.Ports)
			groups = append(groups, g.ID)
		}
		interfaces = append(interfaces, Interface{
			ID: eni.ID, Subnet: eni.Subnet, PrivateIP: eni.PrivateIP, PublicIP: eni.PublicIP, IPv6: eni.IPv6, Groups: groups,
		})
	}
	a.AddInstance(Instance{
		ID: s.InstanceID, Type: s.InstanceType, Image: s.ImageID, Profile: s.Profile, LaunchTime: s.LaunchTime, Tags: s.Tags,
		Interfaces: interfaces, Volumes: s.Volumes,
	})
}

// complete invents what the seed leaves out.
func (a *Account) complete(s Seed) Seed {
	a.mu.Lock()
	defer a.mu.Unlock()
	s.InstanceID = a.formed(anInstance, s.InstanceID)
	if len(s.Interfaces) == 0 {
		s.Interfaces = []SeedInterface{{PublicIP: "198.51.100.10"}}
	}
	s.Interfaces = slices.Clone(s.Interfaces)
	if len(s.Volumes) == 0 {
		s.Volumes = []Volume{{GiB: 8}, {GiB: 100}}
	}
	if len(s.Ports) == 0 {
		s.Ports = []int{22, 80}
	}
	for i := range s.Interfaces {
		a.completeInterface(&s.Interfaces[i], s.Interfaces[0], i)
	}
	return s
}

func (a *Account) completeInterface(eni *SeedInterface, first SeedInterface, n int) {
	if subnet, ok := a.network.subnets.get(eni.Subnet); ok {
		eni.VPC = *subnet.VpcId
	}
	if !aVPC.wellFormed(eni.VPC) {
		eni.VPC = a.formed(aVPC, first.VPC) // of one instance, and so of one VPC
	}
	eni.Subnet = a.formed(aSubnet, eni.Subnet)
	if addr, err := netip.ParseAddr(eni.PrivateIP); err != nil || !addr.Is4() {
		eni.PrivateIP = a.freeAddress(eni.VPC, eni.Subnet, n)
	}
	if addr, err := netip.ParseAddr(eni.PublicIP); err != nil || !addr.Is4() {
		eni.PublicIP = ""
	}
	eni.IPv6 = slices.DeleteFunc(slices.Clone(eni.IPv6), func(ip string) bool {
		addr, err := netip.ParseAddr(ip)
		return err != nil || !addr.Is6()
	})
	if len(eni.Groups) == 0 {
		eni.Groups = []SeedGroup{{Name: "web"}}
	}
	eni.Groups = slices.Clone(eni.Groups)
	for i, g := range eni.Groups {
		eni.Groups[i].ID = a.formed(aGroup, g.ID)
	}
}

// formed gives the id if it looks like one of the kind, and invents one if not.
func (a *Account) formed(k kind, id string) string {
	if k.wellFormed(id) {
		return id
	}
	return a.newID(k.prefix)
}

func (a *Account) has(k kind, id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tagPlace(k, id) != nil
}

func (a *Account) growVPC(eni SeedInterface) {
	addr := netip.MustParseAddr(eni.PrivateIP)
	block := netip.PrefixFrom(addr, 16).Masked()
	if !a.has(aVPC, eni.VPC) {
		a.AddVPC(VPC{ID: eni.VPC, CIDRs: []string{block.String()}, IPv6CIDR: blockOf(eni.IPv6, 56)})
		gateway, main := a.AddInternetGateway(eni.VPC), a.MainRouteTable(eni.VPC)
		a.AddRoute(main, "0.0.0.0/0", gateway)
		a.AddRoute(main, "::/0", gateway)
		return
	}
	a.widen(eni.VPC, block)
}

// widen adds a block to the VPC if it has none with its addresses.
func (a *Account) widen(vpc string, block netip.Prefix) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, _ := a.network.vpcs.get(vpc)
	for _, c := range v.CidrBlockAssociationSet {
		if p, err := netip.ParsePrefix(aws.ToString(c.CidrBlock)); err == nil && p.Overlaps(block) {
			return
		}
	}
	text := block.String()
	v.CidrBlockAssociationSet = append(v.CidrBlockAssociationSet, types.VpcCidrBlockAssociation{CidrBlock: &text})
	for _, t := range a.network.routeTables.all() {
		if aws.ToString(t.VpcId) == vpc {
			t.Routes = append(t.Routes, types.Route{DestinationCidrBlock: &text, GatewayId: aws.String("local"), State: types.RouteStateActive})
		}
	}
}

func blockOf(addresses []string, bits int) string {
	if len(addresses) == 0 {
		return ""
	}
	return netip.PrefixFrom(netip.MustParseAddr(addresses[0]), bits).Masked().String()
}

func (a *Account) growGroup(vpc string, g SeedGroup, ports []int) {
	if a.has(aGroup, g.ID) {
		return
	}
	group := SecurityGroup{ID: g.ID, VPC: vpc, Name: g.Name, Egress: []Rule{{Source: "0.0.0.0/0"}, {Source: "::/0"}}}
	for _, port := range ports {
		for _, world := range []string{"0.0.0.0/0", "::/0"} {
			group.Ingress = append(group.Ingress, Rule{Protocol: "tcp", From: port, To: port, Source: world})
		}
	}
	a.AddSecurityGroup(group)
}
