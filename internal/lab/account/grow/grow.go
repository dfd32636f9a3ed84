// Package grow creates the network around an instance about which little is known.
package grow

import (
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// Seed is what a finding says about an instance. Missing or malformed values are generated,
// deterministically.
type Seed struct {
	InstanceID   string
	InstanceType string
	ImageID      string
	Profile      string // ARN of the instance profile
	LaunchTime   time.Time
	Tags         map[string]string
	Interfaces   []SeedInterface // none means one with a public address
	Volumes      []ec2.Volume    // none means a boot volume and a data volume
	Ports        []int           // TCP ports that the security groups open to the world; none means 22 and 80
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

// Grown says what is in the account now.
type Grown struct {
	Instance string
	VPCs     []string
	Subnets  []string // of the instance, in the order of its interfaces
	Beside   string   // a neighbour in the instance's first subnet
	Across   string   // a neighbour in another subnet of the VPC, under the same network ACL
}

// ground is the account in which resources are created.
type ground struct{ *ec2.Resources }

// Around adds the instance that the seed describes, and its surroundings: a VPC with its default
// network ACL, an internet gateway, the subnets, open security groups, and two neighbours that are
// not compromised. Existing resources are used, and an existing instance is not changed. Two seeds
// with one VPC thus share it.
func Around(r *ec2.Resources, s Seed) Grown {
	g := ground{r}
	if !g.Has(ec2.KindInstance, s.InstanceID) {
		s = g.complete(s)
		g.plant(s)
	}
	enis, grown := g.interfaces(s.InstanceID), Grown{Instance: s.InstanceID}
	for _, eni := range enis {
		if !slices.Contains(grown.VPCs, *eni.VpcId) {
			grown.VPCs = append(grown.VPCs, *eni.VpcId)
		}
		if !slices.Contains(grown.Subnets, *eni.SubnetId) {
			grown.Subnets = append(grown.Subnets, *eni.SubnetId)
		}
	}
	if len(enis) > 0 {
		var groups []string
		for _, id := range enis[0].Groups {
			groups = append(groups, aws.ToString(id.GroupId))
		}
		grown.Beside = g.neighbour("beside", grown.Subnets[0], groups)
		grown.Across = g.neighbour("across", g.otherSubnet(grown.VPCs[0]), groups)
	}
	return grown
}

// interfaces returns copies of an instance's network interfaces.
func (g ground) interfaces(instance string) (enis []types.InstanceNetworkInterface) {
	g.Read(func(d ec2.Description) {
		for _, i := range d.Instances {
			if aws.ToString(i.InstanceId) == instance {
				enis = call.Clone(i.NetworkInterfaces)
			}
		}
	})
	return enis
}

// plant creates the instance of a complete seed, and the resources that it needs.
func (g ground) plant(s Seed) {
	var interfaces []ec2.Interface
	for _, eni := range s.Interfaces {
		g.growVPC(eni)
		g.growSubnet(eni)
		var groups []string
		for _, group := range eni.Groups {
			g.growGroup(eni.VPC, group, s.Ports)
			groups = append(groups, group.ID)
		}
		interfaces = append(interfaces, ec2.Interface{
			ID: eni.ID, Subnet: eni.Subnet, PrivateIP: eni.PrivateIP, PublicIP: eni.PublicIP, IPv6: eni.IPv6, Groups: groups,
		})
	}
	g.AddInstance(ec2.Instance{
		ID: s.InstanceID, Type: s.InstanceType, Image: s.ImageID, Profile: s.Profile, LaunchTime: s.LaunchTime, Tags: s.Tags,
		Interfaces: interfaces, Volumes: s.Volumes,
	})
}

// complete generates the seed's missing values.
func (g ground) complete(s Seed) Seed {
	s.InstanceID = g.formed(ec2.KindInstance, s.InstanceID)
	if len(s.Interfaces) == 0 {
		s.Interfaces = []SeedInterface{{PublicIP: "198.51.100.10"}}
	}
	s.Interfaces = slices.Clone(s.Interfaces)
	if len(s.Volumes) == 0 {
		s.Volumes = []ec2.Volume{{GiB: 8}, {GiB: 100}}
	}
	if len(s.Ports) == 0 {
		s.Ports = []int{22, 80}
	}
	for i := range s.Interfaces {
		g.completeInterface(&s.Interfaces[i], s.Interfaces[0], i)
	}
	return s
}

func (g ground) completeInterface(eni *SeedInterface, first SeedInterface, n int) {
	if subnet, ok := g.subnet(eni.Subnet); ok {
		eni.VPC = *subnet.VpcId
	}
	if !ec2.KindVPC.WellFormed(eni.VPC) {
		eni.VPC = g.formed(ec2.KindVPC, first.VPC) // the same for all: an instance is in one VPC
	}
	eni.Subnet = g.formed(ec2.KindSubnet, eni.Subnet)
	if addr, err := netip.ParseAddr(eni.PrivateIP); err != nil || !addr.Is4() {
		eni.PrivateIP = g.freeAddress(eni.VPC, eni.Subnet, n)
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
	for i, group := range eni.Groups {
		eni.Groups[i].ID = g.formed(ec2.KindGroup, group.ID)
	}
}

// formed returns the ID if it has the kind's form, and otherwise a new one.
func (g ground) formed(k ec2.Kind, id string) string {
	if k.WellFormed(id) {
		return id
	}
	return g.NewID(k)
}

func (g ground) growVPC(eni SeedInterface) {
	addr := netip.MustParseAddr(eni.PrivateIP)
	block := netip.PrefixFrom(addr, 16).Masked()
	if !g.Has(ec2.KindVPC, eni.VPC) {
		g.AddVPC(ec2.VPC{ID: eni.VPC, CIDRs: []string{block.String()}, IPv6CIDR: blockOf(eni.IPv6, 56)})
		gateway, main := g.AddInternetGateway(eni.VPC), g.MainRouteTable(eni.VPC)
		g.AddRoute(main, "0.0.0.0/0", gateway)
		g.AddRoute(main, "::/0", gateway)
		return
	}
	g.AddCIDR(eni.VPC, block)
}

func blockOf(addresses []string, bits int) string {
	if len(addresses) == 0 {
		return ""
	}
	return netip.PrefixFrom(netip.MustParseAddr(addresses[0]), bits).Masked().String()
}

func (g ground) growGroup(vpc string, seed SeedGroup, ports []int) {
	if g.Has(ec2.KindGroup, seed.ID) {
		return
	}
	group := ec2.SecurityGroup{ID: seed.ID, VPC: vpc, Name: seed.Name, Egress: []ec2.Rule{{Source: "0.0.0.0/0"}, {Source: "::/0"}}}
	for _, port := range ports {
		for _, world := range []string{"0.0.0.0/0", "::/0"} {
			group.Ingress = append(group.Ingress, ec2.Rule{Protocol: "tcp", From: port, To: port, Source: world})
		}
	}
	g.AddSecurityGroup(group)
}
