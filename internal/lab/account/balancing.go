package account

import (
	"maps"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// registrations returns how each instance, or address of one, stands in each target group and load
// balancer that it is or was registered in: as "registration", by the instance and the place.
func (a *Account) registrations() map[string]map[string]string {
	out := map[string]map[string]string{}
	put := func(instance, place, state string) {
		out[instance+"/"+place] = map[string]string{"registration": state}
	}
	for instance, of := range a.BalancerStates() {
		for place, state := range of {
			put(instance, place, state)
		}
	}
	states, has := a.TargetStates(), map[string]string{}
	a.Read(func(d ec2.Description) { has = addresses(d) })
	for id, of := range states {
		for place, state := range of {
			switch instance, isAddress := has[id]; {
			case isAddress:
				put(instance, id+"/"+place, state)
			default:
				put(id, place, state)
			}
		}
	}
	return out
}

// addresses are the instances, by the private and IPv6 addresses of their interfaces.
func addresses(d ec2.Description) map[string]string {
	out := map[string]string{}
	for _, i := range d.Instances {
		for _, n := range i.NetworkInterfaces {
			out[aws.ToString(n.PrivateIpAddress)] = aws.ToString(i.InstanceId)
			for _, v6 := range n.Ipv6Addresses {
				if address, err := netip.ParseAddr(aws.ToString(v6.Ipv6Address)); err == nil {
					out[address.String()] = aws.ToString(i.InstanceId)
				}
			}
		}
	}
	maps.DeleteFunc(out, func(address, _ string) bool { return address == "" })
	return out
}
