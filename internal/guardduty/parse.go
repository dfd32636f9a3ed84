// Package guardduty parses the events that EventBridge delivers for GuardDuty
// findings, and knows the meaning of GuardDuty's finding types.
//
// The shapes are AWS's:
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-guardduty.html
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
package guardduty

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// Limits on what is read. An event is the input of a state, which Step Functions
// limits to 256 KiB. The other limits are far above AWS's own and bound the work that
// an absurd event can cause.
const (
	maxEvent     = 256 << 10
	maxDepth     = 64
	maxList      = 1000
	maxInstances = 400 // https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Sequence.html
	maxTags      = 200
	maxNames     = 10 // remote addresses and threats: enough for a person to read
)

// Parse reads one EventBridge event. The key resource ({"kind", "accountId",
// "region", "id"}), which the state machine adds when it starts one execution
// for each instance of an attack sequence, narrows the finding to that instance.
//
// Fields that a verdict or a change depends on (IDs of accounts and instances,
// Region, type, severity, count, flags, and the role and direction where the type
// does not tell the side) must be present and valid. The others describe: a value of
// another kind than expected (a time, a text, a tag) is left out, and LeftOut says so;
// IDs of VPCs, subnets, interfaces and groups, addresses and the profile are dropped
// silently if their text is not in AWS's form, as in sample findings. No change depends
// on them: isolation reads EC2 again, exemptions included.
//
// The error is a *Malformed in a quarantine.Failure named MalformedEvent.
func Parse(event []byte) (quarantine.Finding, error) {
	f, bad := parse(event)
	if bad != nil {
		return quarantine.Finding{}, &quarantine.Failure{Name: quarantine.MalformedEvent, Err: bad}
	}
	return f, nil
}

func parse(event []byte) (quarantine.Finding, *Malformed) {
	root, bad := decode(event)
	if bad != nil {
		return quarantine.Finding{}, bad
	}
	r := &reader{}
	ev := r.envelope(root)
	f := r.finding(ev)
	if _, narrowed := ev.fields["resource"]; narrowed {
		f = r.narrow(f, ev)
	}
	return f, r.fault
}

// narrow keeps the one instance that the event's resource names. A null resource is
// refused: it would make each execution start one execution for every instance again.
func (r *reader) narrow(f quarantine.Finding, ev object) quarantine.Finding {
	o := ev.need("resource")
	t := quarantine.Resource{
		AccountID: o.id("accountId", wantAccount, isAccount),
		Region:    o.id("region", wantRegion, isRegion),
		Kind:      quarantine.Kind(o.id("kind", "the kind "+string(quarantine.KindInstance), isKind)),
		ID:        o.id("id", wantInstance, isInstance),
	}
	one, found := f.Narrow(t.ID)
	if !found || one.Resources()[0] != t {
		r.fail("resource", "an instance that the finding names", quote(t.String()))
	}
	return one
}
