package reach

import (
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// Idle timeouts of tracked flows where the interface sets none. A UDP flow is a stream from its
// second answer on.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#connection-tracking-timeouts
const (
	tcpIdle       = 432_000 * time.Second
	tcpIdleNitro6 = 350 * time.Second
	udpIdle       = 30 * time.Second
	udpStreamIdle = 180 * time.Second
)

// timeout is how long an interface tracks a flow that is idle: between two bounds, which differ
// where the description does not tell. A stream has its own.
type timeout struct{ short, long, stream time.Duration }

func (t timeout) least(passed int) time.Duration { return t.of(t.short, passed) }
func (t timeout) most(passed int) time.Duration  { return t.of(t.long, passed) }

func (t timeout) of(bound time.Duration, passed int) time.Duration {
	if t.stream > 0 && passed > 1 {
		return t.stream
	}
	return bound
}

// timeout is that of the interface at one end.
func (n network) timeout(end host, f flow) timeout {
	set := end.eni.ConnectionTrackingConfiguration
	if set == nil {
		set = &types.ConnectionTrackingSpecificationResponse{}
	}
	if f.protocol != ec2.ProtocolNumber("tcp") {
		udp := secondsOr(set.UdpTimeout, udpIdle)
		return timeout{udp, udp, secondsOr(set.UdpStreamTimeout, udpStreamIdle)}
	}
	if set.TcpEstablishedTimeout == nil && !beforeNitro6.MatchString(n.typeOf(end)) {
		return timeout{tcpIdleNitro6, tcpIdle, 0}
	}
	tcp := secondsOr(set.TcpEstablishedTimeout, tcpIdle)
	return timeout{tcp, tcp, 0}
}

// beforeNitro6 matches families of instance types that are older than Nitro v6. Of others the
// description does not tell.
//
// https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html
var beforeNitro6 = regexp.MustCompile(`^(t|m|c|r)[1-7][a-z-]*\.`)

// typeOf is the type of the instance that has the interface; "" for a service's.
func (n network) typeOf(end host) string {
	for _, i := range n.Instances {
		for at := range i.NetworkInterfaces {
			if &i.NetworkInterfaces[at] == end.eni {
				return string(i.InstanceType)
			}
		}
	}
	return ""
}

func secondsOr(set *int32, otherwise time.Duration) time.Duration {
	if set == nil {
		return otherwise
	}
	return time.Duration(*set) * time.Second
}
