package quarantine

// Target is what a target group of Elastic Load Balancing has registered.
type Target struct {
	// Group is the end of the target group's ARN: "targetgroup/web/0123456789abcdef".
	Group string
	ID    string // an instance, or an IP address
	Port  int32
	// Zone is the Availability Zone of an IP address, or "all", as it was registered or found out;
	// "" where the group does not say.
	Zone string
	// ServerID is what a target of the protocol QUIC is registered with, or "".
	ServerID string
}

// Registration is how an instance or an address stands in a target group or Classic Load Balancer,
// whatever its health.
type Registration string

// The registrations. A target that drains gets no new connection; those that it has go on until its
// group's delay is over.
const (
	Registered Registration = "registered"
	Draining   Registration = "draining"
	Absent     Registration = "absent"
)
