package guardduty

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// instance reads resource.instanceDetails:
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_InstanceDetails.html
func instance(d object) quarantine.AccusedInstance {
	id := d.id("instanceId", wantInstance, isInstance)
	d = d.decoration()
	i := quarantine.AccusedInstance{
		ID:         id,
		Type:       d.text("instanceType"),
		ImageID:    d.text("imageId"),
		Platform:   d.text("platform"),
		State:      d.text("instanceState"),
		Zone:       d.text("availabilityZone"),
		ProfileARN: d.child("iamInstanceProfile").hint("arn", isARN),
		LaunchedAt: d.time("launchTime"),
		Tags:       d.tags(),
	}
	for _, n := range d.children("networkInterfaces") {
		i.Interfaces = append(i.Interfaces, networkInterface(n, "networkInterfaceId", "subnetId"))
	}
	return i
}

// host is the instance that a finding about something else names: the one on which a
// container or a cluster's task ran, in instanceDetails, or else the one whose
// credentials were used, in the name of the session of its role. There is none on
// Fargate, and for most credentials.
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Resource.html
func host(resource object) []quarantine.AccusedInstance {
	resource = resource.decoration()
	details := resource.child("instanceDetails")
	key := resource.child("accessKeyDetails")
	principal := key.text("principalId")
	session := principal[strings.LastIndexByte(principal, ':')+1:]
	switch id := details.text("instanceId"); {
	case isInstance(id):
		i := instance(details)
		i.ByCredentials = len(key.fields) > 0
		return []quarantine.AccusedInstance{i}
	case isInstance(session):
		return []quarantine.AccusedInstance{{ID: session, ByCredentials: true}}
	case id != "":
		details.wrong(details.at("instanceId"), wantInstance, quote(id))
	}
	return nil
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

// tags reads the instance's tags. What is no tag is left out with a note, and so is
// another value of the same key: isolation reads the tags of the live instance before
// it cuts, exemptions included.
func (o object) tags() map[string]string {
	if v, _ := o.get("tags"); isObject(v) {
		return o.decoration().child("tags").byName()
	}
	list := o.decoration().children("tags")
	if len(list) == 0 {
		return nil
	}
	if len(list) > maxTags {
		o.r.leave(o.at("tags"), fmt.Sprintf("at most %d tags", maxTags), fmt.Sprintf("%d", len(list)))
		list = list[:maxTags]
	}
	out := map[string]string{}
	for _, t := range list {
		key, value := t.text("key"), t.text("value")
		before, twice := out[key]
		switch {
		case key == "":
			t.wrong(t.at("key"), "a tag's key", describe(t.fields["key"]))
		case twice && before != value:
			t.wrong(t.at("key"), "a key that no other tag has", quote(key))
		default:
			out[key] = value
		}
	}
	return orNil(out)
}

// byName reads tags that are an object with the keys as names, as other tools write them.
func (o object) byName() map[string]string {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(o.fields)) {
		value, ok := written(o.fields[key])
		switch {
		case len(out) >= maxTags:
			o.r.leave(o.path, fmt.Sprintf("at most %d tags", maxTags), fmt.Sprintf("%d", len(o.fields)))
			return out
		case key == "" || !ok:
			o.wrong(o.at(key), "a tag's value", describe(o.fields[key]))
		default:
			out[key] = value
		}
	}
	return orNil(out)
}

// orNil keeps an instance without tags the same when it has been through JSON.
func orNil(tags map[string]string) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	return tags
}

func isObject(v any) bool {
	_, is := v.(map[string]any)
	return is
}
