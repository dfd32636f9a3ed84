package loadbalancers

import (
	"strconv"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// thing is an instance in a target group, by its id or by one of its addresses, or in a Classic Load
// Balancer:
//
//	i-0abc/targetgroup/web/0123456789abcdef/80
//	i-0abc/10.0.1.10/targetgroup/web/0123456789abcdef/80/eu-west-1a
//	i-0abc/loadbalancer/web
//
// Everything that it takes to register it again is in its name. An address alone would not tell whose
// it is: another instance can have it later.
type thing struct {
	instance string
	target   quarantine.Target // none where it is in a Classic Load Balancer
	balancer string
}

const (
	targetGroup = "targetgroup"
	classic     = "loadbalancer"
)

// place is where it is registered, as the traffic sources of a group are named.
func (t thing) place() string {
	if t.balancer != "" {
		return classic + "/" + t.balancer
	}
	return t.target.Group
}

func (t thing) String() string {
	parts := []string{t.instance}
	if t.balancer != "" {
		return strings.Join(append(parts, t.place()), "/")
	}
	if t.isAddress() {
		parts = append(parts, t.target.ID)
	}
	parts = append(parts, t.target.Group, strconv.Itoa(int(t.target.Port)))
	for _, further := range []string{t.target.Zone, t.target.ServerID} {
		if further != "" {
			parts = append(parts, further)
		}
	}
	return strings.Join(parts, "/")
}

func (t thing) isAddress() bool { return t.target.ID != t.instance }

// thingOf is the thing of a hold.
func thingOf(h quarantine.Hold) (thing, error) {
	parts := strings.Split(h.Thing, "/")
	wrong := quarantine.Failf(quarantine.ThingGone, "%q names no registration", h.Thing)
	if len(parts) == 3 && parts[1] == classic {
		return thing{instance: parts[0], balancer: parts[2]}, nil
	}
	t := thing{instance: parts[0], target: quarantine.Target{ID: parts[0]}}
	parts = parts[1:]
	if len(parts) > 0 && parts[0] != targetGroup {
		t.target.ID, parts = parts[0], parts[1:]
	}
	if len(parts) < 4 || parts[0] != targetGroup {
		return thing{}, wrong
	}
	port, err := strconv.ParseInt(parts[3], 10, 32)
	if err != nil {
		return thing{}, wrong
	}
	t.target.Group, t.target.Port = strings.Join(parts[:3], "/"), int32(port)
	for _, further := range parts[4:] {
		if strings.HasPrefix(further, "0x") {
			t.target.ServerID = further
		} else {
			t.target.Zone = further
		}
	}
	return t, nil
}

// resource is the instance of the hold's account and Region.
func (t thing) resource(h quarantine.Hold) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: h.AccountID, Region: h.Region, ID: t.instance}
}

// mark is the instance or its address: an event of CloudTrail names what was registered where.
func mark(h quarantine.Hold) string {
	t, err := thingOf(h)
	switch {
	case err != nil:
		return h.Thing
	case t.balancer != "":
		return t.instance
	}
	return t.target.ID
}
