package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// scenario is a sequence of events that the product must handle correctly whichever of its
// calls fails.
type scenario struct {
	name   string
	events []simulate.Event
	// machine and policy are the defaults if they are empty.
	machine, policy string
	answer          invariants.Answer
	// then continues the scenario when every execution of the events has ended; may be nil.
	then func(*scenarioRun) error
	// mended goes on when the fault is removed, in the place of releases; may be nil.
	mended func(*scenarioRun) error
	// troubled says that the scenario itself has a fault, which is not removed.
	troubled bool
	prepare  func(*account.Account)
	// observes says that the policy has everything observed, whatever the events say.
	observes bool
	// rest is the time before each of the final findings.
	rest time.Duration
	// wants are the end states of the run without a fault, in the order of the executions' starts.
	wants string
	// orEnds is an end state that a fault makes right, too.
	orEnds string
}

// asksMedium is a policy that asks a person about medium findings.
const asksMedium = "version: 1\nthresholds: {isolate: 75, approve: 40, notify: 20}\n"

// oneAnHour is a policy whose brake holds the second isolation in a VPC.
const oneAnHour = "version: 1\nlimits: {isolationsPerHour: {vpc: 1}}\n"

// sparesNeighbours is a policy that has the security group in place of a cut that hits too many.
const sparesNeighbours = "version: 1\nneighbours: {beyond: group}\n"

// observes is a policy that changes nothing.
const observes = "version: 1\nmode: observe\n"

// otherVPC is one that a finding names, and EC2 does not.
const otherVPC = "vpc-0e1f0000000000000"

func inOtherVPC(e simulate.Event) simulate.Event {
	e.Body = bytes.ReplaceAll(e.Body, []byte(vpc), []byte(otherVPC))
	return e
}

func medium(host string, number int) simulate.Event {
	return event(host, number, "Trojan:EC2/DropPoint!DNS", 5, `"additionalInfo":{}`)
}

var scenarios = []scenario{
	{name: "contain", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained"},
	{name: "locked", policy: "version: 1\nevidence: {lockDays: 30}\n", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained"},
	{name: "join", events: []simulate.Event{miner(hostA, 1), miner(hostA, 2), miner(hostA, 3), miner(hostA, 4), miner(hostA, 5)},
		wants: "Contained Joined Joined Joined Joined"},
	{name: "one-subnet", events: []simulate.Event{miner(hostA, 1), miner(hostA2, 2)}, wants: "Contained Contained"},
	{name: "two-subnets", events: []simulate.Event{miner(hostAB, 1)}, wants: "Contained"},
	{name: "standing-acl", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained", prepare: func(a *account.Account) {
		a.AddACL(account.ACL{VPC: vpc, Tags: map[string]string{"quarantine:product": "ec2-quarantine"}})
	}},
	{name: "sequence", events: []simulate.Event{sequence(hostA, hostB)}, wants: "FannedOut Contained Contained"},
	{name: "gone", events: []simulate.Event{miner(hostA, 1)}, wants: "ContainmentFailed", troubled: true,
		prepare: func(a *account.Account) { a.Terminate(hostA) }},
	// Whoever still saw it when it was cut finds it ended, and without disks, when evidence is taken.
	{name: "gone-half-cut", events: []simulate.Event{miner(hostA, 1)}, wants: "ContainmentFailed", orEnds: "EvidenceFailed", troubled: true, prepare: endsHalfCut},
	{name: "bad-snapshot", events: []simulate.Event{miner(hostA, 1)}, wants: "EvidenceFailed", troubled: true,
		prepare: func(a *account.Account) { a.FailSnapshots("vol" + hostA[1:]) }},
	{name: "approve-yes", policy: asksMedium, answer: invariants.Yes, events: []simulate.Event{medium(hostA, 1)}, wants: "Contained"},
	{name: "approve-no", policy: asksMedium, answer: invariants.No, events: []simulate.Event{medium(hostA, 1)}, wants: "LeftUncut"},
	{name: "approve-silence", policy: asksMedium, events: []simulate.Event{medium(hostA, 1)}, wants: "LeftUncut"},
	{name: "approve-two", policy: asksMedium, answer: invariants.Yes, events: []simulate.Event{medium(hostA, 1), medium(hostA, 2)},
		wants: "Contained AwaitingDecision"},
	{name: "silence-cuts", policy: asksMedium + "silence: isolate\n", events: []simulate.Event{medium(hostA, 1)}, wants: "Contained"},
	{name: "braked-yes", policy: oneAnHour, answer: invariants.Yes, events: []simulate.Event{miner(hostA, 1), miner(hostB, 2)},
		wants: "Contained Contained", rest: time.Hour},
	{name: "braked-silence", policy: oneAnHour, events: []simulate.Event{miner(hostA, 1), miner(hostB, 2)}, wants: "Contained LeftUncut",
		rest: time.Hour},
	{name: "variant-yes", machine: wiring.Approval, answer: invariants.Yes, events: []simulate.Event{miner(hostA, 1)},
		wants: "Released Contained Released"},
	{name: "variant-no", machine: wiring.Approval, answer: invariants.No, events: []simulate.Event{miner(hostA, 1)}, wants: "Kept Contained"},
	{name: "variant-silence", machine: wiring.Approval, events: []simulate.Event{miner(hostA, 1)}, wants: "KeptInSilence Contained"},
	{name: "release", events: []simulate.Event{miner(hostAB, 1)}, then: (*scenarioRun).releaseAll, wants: "Contained Released"},
	{name: "release-group", events: []simulate.Event{miner(hostA, 1)}, then: (*scenarioRun).releaseAll, wants: "Contained Released", prepare: inGroup},
	{name: "release-balanced", events: []simulate.Event{miner(hostA, 1)}, then: (*scenarioRun).releaseAll, wants: "Contained Released", prepare: balanced},
	{name: "registered-again", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained Looked", prepare: balanced, then: func(s *scenarioRun) error {
		s.session.Account.SetInBalancer("old", hostA, true)
		return s.look("look-1")
	}, mended: func(s *scenarioRun) error { return s.look("mended-look") }},
	{name: "release-held", events: []simulate.Event{miner(hostA, 1), miner(hostA2, 2)}, then: (*scenarioRun).releaseAll,
		wants: "Contained Contained Released Released"},
	{name: "release-drifted", events: []simulate.Event{miner(hostAB, 1)}, wants: "Contained Released", then: func(s *scenarioRun) error {
		s.session.Account.SwapACL(subnetB, s.session.Account.AddACL(account.ACL{VPC: vpc}))
		return s.releaseAll()
	}},
	{name: "release-lost-acl", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained Released",
		prepare: func(a *account.Account) { a.SwapACL(subnetA, a.AddACL(account.ACL{ID: lostACL, VPC: vpc})) },
		then: func(s *scenarioRun) error {
			if s.cut(subnetA) {
				s.session.Account.RemoveACL(lostACL)
			}
			return s.releaseAll()
		}},
	{name: "reopened", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained Looked", then: func(s *scenarioRun) error {
		s.session.Account.SwapACL(subnetA, s.session.Account.AddACL(openACL))
		return s.look("look-1")
	}, mended: func(s *scenarioRun) error { return s.look("mended-look") }},
	{name: "pierced-and-extended", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained Looked", then: func(s *scenarioRun) error {
		for _, lock := range s.items("HOLD") {
			if acl := text(lock, "after_acl"); acl != "" {
				s.session.Account.OpenACL(acl)
			}
		}
		s.session.Account.AttachInterface(hostA, account.Interface{Subnet: subnetA, PrivateIP: "10.0.1.60"})
		return s.look("look-1")
	}, mended: func(s *scenarioRun) error { return s.look("mended-look") }},
	{name: "narrowed", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained Narrowed Released", then: func(s *scenarioRun) error {
		if err := s.narrow("narrow-1"); err != nil {
			return err
		}
		return s.releaseAll()
	}},
	{name: "narrowed-and-cut-again", events: []simulate.Event{miner(hostA, 1)}, wants: "Contained Narrowed", then: func(s *scenarioRun) error {
		return s.narrow("narrow-1")
	}, mended: func(s *scenarioRun) error { return s.narrow("mended-narrow") }},
	{name: "by-group", policy: sparesNeighbours, prepare: natGateway, events: []simulate.Event{miner(hostA, 1), miner(hostA, 2)}, wants: "Contained Joined"},
	{name: "release-by-group", policy: sparesNeighbours, prepare: natGateway, events: []simulate.Event{miner(hostA, 1)}, then: (*scenarioRun).releaseAll,
		wants: "Contained Released"},
	{name: "observed", policy: observes, observes: true, events: []simulate.Event{miner(hostA, 1)}, wants: "Observed"},
	{name: "observed-as-ec2-shows", policy: observes + "modes: {vpcs: {" + otherVPC + ": act}}\n", observes: true,
		events: []simulate.Event{inOtherVPC(miner(hostA, 1))}, wants: "Observed", rest: time.Hour},
	{name: "ignored", events: []simulate.Event{event(hostA, 1, "Recon:EC2/PortProbeUnprotectedPort", 2, `"additionalInfo":{}`)}, wants: "Ignored"},
	{name: "told", events: []simulate.Event{event(hostA, 1, "Behavior:EC2/TrafficVolumeUnusual", 5, `"additionalInfo":{}`)}, wants: "Told"},
	{name: "malformed", events: []simulate.Event{{Body: []byte(`{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{}}`)}},
		wants: "MalformedEvent"},
}

// inGroup has the host be in an Auto Scaling group.
func inGroup(a *account.Account) {
	a.AddGroup(account.ScalingGroup{Name: scalingGroup, Instances: []string{hostA}})
}

const scalingGroup = "web"

// endsHalfCut ends the instance between the record of what stood on its subnet and the
// next attempt at the cut.
func endsHalfCut(a *account.Account) {
	a.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Throttle, Times: 1, Match: func(account.Call) bool {
		a.Terminate(hostA)
		return true
	}})
}

// lostACL is a subnet's original ACL, which is deleted while the subnet is cut off.
const lostACL = "acl-0105700000000000a"

// openACL lets everything pass.
var openACL = account.ACL{VPC: vpc, Rules: []account.ACLRule{{Number: 100, Allow: true}, {Number: 100, Allow: true, Egress: true}}}

// look looks at everything, as the schedule does, some time later.
func (s *scenarioRun) look(name string) error {
	if err := s.session.Clock.Sleep(s.ctx, 20*time.Minute); err != nil {
		return err
	}
	if _, err := s.session.Start(s.ctx, wiring.Watch, name, []byte(`{"source":"schedule"}`)); err != nil {
		return err
	}
	_, err := s.session.Wait(s.ctx)
	return err
}

// scenarioRun is a scenario in progress.
type scenarioRun struct {
	scenario
	ctx     context.Context
	session *simulate.Session
	world   invariants.World
	mend    func() // removes the fault
}

// deliver delivers the scenario's events and runs the rest of it. Then it removes the
// fault, starts failed releases again, and delivers the next finding of each instance.
func (s *scenarioRun) deliver(ctx context.Context, session *simulate.Session) error {
	s.ctx, s.session = ctx, session
	for _, e := range s.events {
		if _, err := session.Deliver(ctx, e); err != nil {
			return err
		}
	}
	if _, err := session.Wait(ctx); err != nil {
		return err
	}
	if s.then != nil {
		if err := s.then(s); err != nil {
			return err
		}
	}
	s.mend()
	if s.mended != nil {
		if err := s.mended(s); err != nil {
			return err
		}
	}
	if s.then != nil && s.mended == nil {
		released := len(s.world.ManualReleases)
		if err := s.releaseAll(); err != nil {
			return err
		}
		s.world.Mended = append(s.world.Mended, s.world.ManualReleases[released:]...)
	}
	return s.next()
}

// next delivers one more finding for every accused instance, after the fault is removed.
func (s *scenarioRun) next() error {
	number := 100
	for _, host := range []string{hostA, hostB, hostA2, hostAB} {
		if s.world.Accused[host] == nil {
			continue
		}
		if err := s.session.Clock.Sleep(s.ctx, s.rest); err != nil {
			return err
		}
		number++
		name := fmt.Sprint("mended-", number)
		if !s.troubled {
			s.world.Mended = append(s.world.Mended, name)
		}
		if _, err := s.session.Start(s.ctx, wiring.Name, name, miner(host, number).Body); err != nil {
			return err
		}
	}
	_, err := s.session.Wait(s.ctx)
	return err
}

// narrow has a person give back the subnets of the incident that is contained, some time later.
func (s *scenarioRun) narrow(name string) error {
	if err := s.session.Clock.Sleep(s.ctx, 20*time.Minute); err != nil {
		return err
	}
	for _, lock := range s.items("LOCK") {
		if text(lock, "incident") == "" {
			continue
		}
		s.world.ManualReleases = append(s.world.ManualReleases, name)
		input, err := json.Marshal(map[string]any{"incident": text(lock, "incident"), "reason": "others work there", "by": "the person on call", "narrow": true})
		if err != nil {
			return err
		}
		if _, err := s.session.Start(s.ctx, wiring.Release, name, input); err != nil {
			return err
		}
	}
	_, err := s.session.Wait(s.ctx)
	return err
}

// releaseAll releases every open incident by hand, one by one.
func (s *scenarioRun) releaseAll() error {
	for _, lock := range s.items("LOCK") {
		if status := text(lock, "status"); status != "contained" && status != "releasing" {
			continue
		}
		name := fmt.Sprint("release-by-hand-", len(s.world.ManualReleases)+1)
		s.world.ManualReleases = append(s.world.ManualReleases, name)
		input, err := json.Marshal(map[string]string{"incident": text(lock, "incident"), "reason": "rebuilt", "by": "the person on call"})
		if err != nil {
			return err
		}
		// A failed release keeps the lock until its lease expires.
		if err := s.session.Clock.Sleep(s.ctx, 5*time.Minute); err != nil {
			return err
		}
		if _, err := s.session.Start(s.ctx, wiring.Release, name, input); err != nil {
			return err
		}
		if _, err := s.session.Wait(s.ctx); err != nil {
			return err
		}
	}
	return nil
}

// items returns ledger items whose sort key begins with sk, without a recorded call.
func (s *scenarioRun) items(sk string) (out []map[string]any) {
	for _, item := range s.session.Account.DescribeAllItems("quarantine-ledger") {
		if fields := item.(map[string]any); strings.HasPrefix(text(fields, "sk"), sk) {
			out = append(out, fields)
		}
	}
	return out
}

// cut reports whether the last change put that subnet under a quarantine ACL.
func (s *scenarioRun) cut(subnet string) bool {
	changes := s.session.Account.Changes()
	return len(changes) > 0 && changes[len(changes)-1].Subnet == subnet && changes[len(changes)-1].To.Tags["quarantine:product"] != ""
}
