package guardduty

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// instance reads resource.instanceDetails:
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_InstanceDetails.html
func instance(d object) quarantine.AccusedInstance {
	i := quarantine.AccusedInstance{
		ID:         d.id("instanceId", wantInstance, isInstance),
		Type:       d.text("instanceType"),
		ImageID:    d.text("imageId"),
		Platform:   d.text("platform"),
		State:      d.text("instanceState"),
		Zone:       d.text("availabilityZone"),
		ProfileARN: d.child("iamInstanceProfile").hint("arn", isARN),
		LaunchedAt: d.launchTime(),
		Tags:       d.tags(),
	}
	for _, n := range d.children("networkInterfaces") {
		i.Interfaces = append(i.Interfaces, networkInterface(n, "networkInterfaceId", "subnetId"))
	}
	return i
}

// networkInterface reads a network interface. id and subnet are the names of two
// fields that instanceDetails and attack sequences spell differently.
func networkInterface(n object, id, subnet string) quarantine.Interface {
	out := quarantine.Interface{
		ID:        n.hint(id, isInterface),
		VPCID:     n.hint("vpcId", isVPC),
		SubnetID:  n.hint(subnet, isSubnet),
		PrivateIP: n.hint("privateIpAddress", isAddress),
		PublicIP:  n.hint("publicIp", isAddress),
	}
	for _, a := range n.texts("ipv6Addresses") {
		if isAddress(a) {
			out.IPv6 = append(out.IPv6, a)
		}
	}
	for _, g := range n.children("securityGroups") {
		if id := g.hint("groupId", isGroup); id != "" {
			out.SecurityGroups = append(out.SecurityGroups, id)
		}
	}
	return out
}

// tags reads the instance's tags. The verdict depends on them, so a key that occurs
// twice is a fault.
func (o object) tags() map[string]string {
	list := o.children("tags")
	if len(list) == 0 {
		return nil
	}
	if len(list) > maxTags {
		o.r.fail(o.at("tags"), fmt.Sprintf("at most %d tags", maxTags), fmt.Sprintf("%d", len(list)))
		return nil
	}
	out := map[string]string{}
	for _, t := range list {
		key := t.id("key", "a tag's key", func(s string) bool { return s != "" })
		if _, twice := out[key]; twice {
			o.r.fail(t.at("key"), "a key that no other tag has", quote(key))
		}
		out[key] = t.text("value")
	}
	return out
}
