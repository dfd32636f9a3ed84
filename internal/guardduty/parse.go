// Package guardduty reads the events that EventBridge delivers for GuardDuty's
// findings, and knows what GuardDuty's finding types mean.
//
// The shapes are AWS's:
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-guardduty.html
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
package guardduty

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// Bounds on what is read. An event is a state's input, which Step Functions
// holds to 256 KiB; the others are far above what AWS's own limits allow, and
// keep an absurd event from becoming absurd work.
const (
	maxEvent     = 256 << 10
	maxDepth     = 64
	maxList      = 1000
	maxInstances = 400 // https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Sequence.html
	maxTags      = 200
	maxNames     = 10 // remote sides and threats: enough for a person
)

// Parse reads one EventBridge event. The key resource ({"kind", "accountId",
// "region", "id"}), which the state machine adds when it starts one execution
// for each instance of an attack sequence, narrows the finding to that instance.
//
// What a verdict or a change rests on (ids of accounts and instances, region,
// type, severity, count, flags, tags) must be there and sound. What is only a
// hint of where to look (VPC, subnet, interface and group ids, addresses,
// profile, launch time) is dropped where its text is not of AWS's form, as in
// sample findings: nothing is changed by it, and isolation reads EC2 again,
// exemptions included. A field of the wrong JSON kind is never dropped.
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
// refused: without one, each execution would start one for every instance again.
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
