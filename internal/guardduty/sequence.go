package guardduty

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// sequence collects the distinct instances of an attack sequence: first the resources
// that are instances, then those that groups (Auto Scaling groups, images, instance
// profiles, clusters ...) list in data.*.ec2InstanceUids.
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ResourceV2.html
func sequence(s object, f quarantine.Finding) []quarantine.AccusedInstance {
	c := collector{finding: f, interfaces: map[string]quarantine.Interface{}, out: []quarantine.AccusedInstance{}}
	resources := s.children("resources")
	for _, res := range resources {
		c.networkInterface(res)
	}
	for _, res := range resources {
		if res.text("resourceType") == "EC2_INSTANCE" {
			c.instance(res)
		}
	}
	for _, res := range resources {
		c.group(res)
	}
	switch {
	case len(c.out) > maxInstances:
		s.r.fail(s.at("resources"), fmt.Sprintf("at most %d instances", maxInstances), fmt.Sprintf("%d", len(c.out)))
	case len(c.out) == 0 && strings.HasPrefix(f.Type, "AttackSequence:EC2/"):
		s.r.fail(s.at("resources"), "resources with the instances of "+f.Type, "without any")
	}
	return c.out
}

type collector struct {
	finding    quarantine.Finding
	interfaces map[string]quarantine.Interface // by uid
	seen       map[quarantine.Resource]bool
	out        []quarantine.AccusedInstance
}

// networkInterface records an EC2_NETWORK_INTERFACE resource, for its instance.
func (c *collector) networkInterface(res object) {
	if res.text("resourceType") != "EC2_NETWORK_INTERFACE" {
		return
	}
	uid := res.text("uid")
	d := res.decoration().child("data").child("ec2NetworkInterface")
	n := networkInterface(d, "networkInterfaceId", d.spelling("subnetId"))
	if id := uid[strings.LastIndexByte(uid, '/')+1:]; isInterface(id) {
		n.ID = id
	}
	c.interfaces[uid] = n
}

func (c *collector) instance(res object) {
	d := res.decoration().child("data").child("ec2Instance")
	i := quarantine.AccusedInstance{
		Type:       d.text("instanceType"),
		Platform:   d.text("platform"),
		State:      d.text("instanceState"),
		Zone:       d.text("availabilityZone"),
		ProfileARN: d.child(d.spelling("iamInstanceProfile")).hint("arn", isARN),
		Tags:       res.tags(),
	}
	for _, uid := range d.texts("ec2NetworkInterfaceUids") {
		if n, known := c.interfaces[uid]; known {
			i.Interfaces = append(i.Interfaces, n)
		}
	}
	c.add(res, res.at("uid"), res.text("uid"), i)
}

func (c *collector) group(res object) {
	data := res.child("data")
	for _, kind := range slices.Sorted(maps.Keys(data.fields)) {
		group := data.child(kind)
		for n, uid := range group.texts("ec2InstanceUids") {
			c.add(res, index(group.at("ec2InstanceUids"), n), uid, quarantine.AccusedInstance{})
		}
	}
}

// add adds an instance, unless it is in the list already. Its account and Region are
// taken from its ARN, or else from the resource, or else from the finding.
func (c *collector) add(res object, path, uid string, i quarantine.AccusedInstance) {
	t, ok := instanceRef(uid)
	if !ok {
		res.r.fail(path, wantInstance+", or its ARN", quote(uid))
		return
	}
	t.AccountID = first(t.AccountID, res.idIfThere("accountId", wantAccount, isAccount), c.finding.AccountID)
	t.Region = first(t.Region, res.idIfThere("region", wantRegion, isRegion), c.finding.Region)
	if c.seen[t] {
		return
	}
	if c.seen == nil {
		c.seen = map[quarantine.Resource]bool{}
	}
	c.seen[t] = true
	i.ID = t.ID
	if t.AccountID != c.finding.AccountID {
		i.AccountID = t.AccountID
	}
	if t.Region != c.finding.Region {
		i.Region = t.Region
	}
	c.out = append(c.out, i)
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
