package quarantine

import (
	"context"
	"slices"
	"time"
)

// Instance is an EC2 instance as EC2 describes it now.
type Instance struct {
	ID         string            `json:"id"`
	AccountID  string            `json:"accountId,omitempty"` // the reservation's owner
	State      string            `json:"state"`
	Type       string            `json:"type,omitempty"`
	ImageID    string            `json:"imageId,omitempty"`
	Platform   string            `json:"platform,omitempty"`
	ProfileARN string            `json:"profileArn,omitempty"`
	LaunchedAt time.Time         `json:"launchedAt,omitzero"`
	Tags       map[string]string `json:"tags,omitempty"`
	Interfaces []Interface       `json:"interfaces"`
	Volumes    []VolumeRef       `json:"volumes"`
}

// Interface is a network interface, as EC2 describes it or as a finding does: then
// every field can be empty.
type Interface struct {
	ID             string   `json:"id,omitempty"`
	VPCID          string   `json:"vpcId,omitempty"`
	SubnetID       string   `json:"subnetId,omitempty"`
	PrivateIP      string   `json:"privateIp,omitempty"`
	PublicIP       string   `json:"publicIp,omitempty"`
	IPv6           []string `json:"ipv6,omitempty"`
	SecurityGroups []string `json:"securityGroups,omitempty"` // their ids
	OwnerID        string   `json:"ownerId,omitempty"`        // an account, where that was asked for
	// Type is efa, trunk, branch and others; "" or interface where it is an ordinary one.
	Type string `json:"type,omitempty"`
	// Forwards says that EC2 lets it pass on traffic that is not the instance's own: its
	// source/destination check is off, as a NAT instance, a firewall or a router needs it.
	Forwards bool `json:"forwards,omitempty"`
	// RequesterManaged says that an AWS service manages the interface: EC2 refuses to change it.
	RequesterManaged bool `json:"requesterManaged,omitempty"`
}

// VolumeRef is an EBS volume attached to an instance.
type VolumeRef struct {
	ID     string `json:"id"`
	Device string `json:"device"` // as the instance names it, for example /dev/xvda
}

// Described is what people know the instance by; nil where EC2 shows nothing of it.
func (i Instance) Described() *Described {
	d := Described{Name: i.Tags[TagName], Type: i.Type}
	if d == (Described{}) {
		return nil
	}
	return &d
}

// VPCs are the VPCs that the instance has interfaces in, each once. It is more
// than one where interfaces of several VPCs are attached:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
func (i Instance) VPCs() []string {
	return distinct(i.Interfaces, func(n Interface) string { return n.VPCID })
}

// Subnets are the subnets that the instance has interfaces in, each once.
func (i Instance) Subnets() []string {
	return distinct(i.Interfaces, func(n Interface) string { return n.SubnetID })
}

// SubnetsByVPC are the subnets that the instance has interfaces in, by VPC, sorted.
func (i Instance) SubnetsByVPC() map[string][]string {
	return byVPC(i.Interfaces, func(n Interface) (string, string) { return n.VPCID, n.SubnetID })
}

// Forwarding are its interfaces that pass on traffic of others.
func (i Instance) Forwarding() []string {
	return i.ids(func(n Interface) bool { return n.Forwards })
}

// Trunks are its interfaces that carry branch interfaces, which are no attachments of it.
func (i Instance) Trunks() []string {
	return i.ids(func(n Interface) bool { return n.Type == TypeTrunk })
}

func (i Instance) ids(is func(Interface) bool) []string {
	return distinct(i.Interfaces, func(n Interface) string {
		if is(n) {
			return n.ID
		}
		return ""
	})
}

// TypeTrunk is the type of an interface that carries branch interfaces: of a node's pods with
// security groups of their own, or of tasks of ECS.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
const (
	TypeTrunk  = "trunk"
	TypeBranch = "branch"
)

// StateStopped is the state of an instance that does not run.
const StateStopped = "stopped"

// Beyond are the interfaces of the instance in subnets in which an earlier description of
// it shows none.
func (i Instance) Beyond(earlier Instance) []Interface {
	return slices.DeleteFunc(slices.Clone(i.Interfaces), func(n Interface) bool {
		return n.SubnetID == "" || slices.Contains(earlier.Subnets(), n.SubnetID)
	})
}

// PublicIPs are its public IPv4 addresses.
func (i Instance) PublicIPs() []string {
	return distinct(i.Interfaces, func(n Interface) string { return n.PublicIP })
}

// AutoScalingGroup is the group that owns the instance, or "". Auto Scaling
// puts the tag on: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
func (i Instance) AutoScalingGroup() string { return i.Tags["aws:autoscaling:groupName"] }

// Instances reads instances.
type Instances interface {
	// Instance describes one instance. Errors: InstanceGone if EC2 does not
	// know it (any more) or it is terminated; AccessDenied; Throttled; Unavailable.
	Instance(ctx context.Context, r Resource) (Instance, error)
}
