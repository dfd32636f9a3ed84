package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/loadbalancers"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tellings are all ways on which people are told something.
func tellings(t *testing.T) map[string]told {
	t.Helper()
	signer, err := approval.NewSigner([]byte(signingKey), "https://approvals.example")
	if err != nil {
		t.Fatal(err)
	}
	one, two := []simulate.Event{miner(hostA, 1)}, []simulate.Event{miner(hostAB, 1)}
	ready, yes, no := approval.Ready(signer), simulate.Answer(true), simulate.Answer(false)
	braked := []simulate.Event{miner(hostA, 1), miner(hostB, 2)}
	all := map[string]told{
		"contained":            {kind: quarantine.KindContained, events: two, slack: true},
		"contained-joined":     {kind: quarantine.KindContained, events: []simulate.Event{miner(hostA, 1), miner(hostA2, 2)}},
		"contained-by-word":    {kind: quarantine.KindContained, events: one, policy: asking, person: yes},
		"contained-in-silence": {kind: quarantine.KindContained, events: one, policy: asking + "silence: isolate\n"},
		"contained-unread":     {kind: quarantine.KindContained, events: one, prepare: unreadable(account.TimeoutBefore)},
		"told-only":            {kind: quarantine.KindToldOnly, events: []simulate.Event{event(hostA, 1, "Behavior:EC2/TrafficVolumeUnusual", 5, `"additionalInfo":{}`)}},
		"told-only-sample":     {kind: quarantine.KindToldOnly, events: []simulate.Event{event(hostA, 1, "CryptoCurrency:EC2/BitcoinTool.B!DNS", 8, `"additionalInfo":{"sample":true}`)}},
		"observed":             {kind: quarantine.KindObserved, events: two, policy: observes, slack: true},
		"observed-asked":       {kind: quarantine.KindObserved, events: one, policy: observes, prepare: natGateway},
		"observed-approve":     {kind: quarantine.KindObserved, events: []simulate.Event{medium(hostA, 1)}, policy: asksMedium + "mode: observe\n"},
		"observed-gone":        {kind: quarantine.KindObserved, events: one, policy: observes, prepare: func(a *account.Account) { a.Terminate(hostA) }},
		"observed-as-ec2-shows": {kind: quarantine.KindObserved, events: []simulate.Event{inOtherVPC(miner(hostA, 1))},
			policy: observes + "modes: {vpcs: {" + otherVPC + ": act}}\n"},
		"malformed":         {kind: quarantine.KindMalformed, events: []simulate.Event{unjudgeable()}},
		"too-large":         {kind: quarantine.KindContainmentFailed, events: []simulate.Event{filled(miner(hostA, 1), 256<<10-10)}},
		"malformed-nothing": {kind: quarantine.KindMalformed, events: []simulate.Event{{Body: []byte(`{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{}}`)}}},
		"triage-failed":     {kind: quarantine.KindContainmentFailed, events: one, scenario: triageFails(one[0])},
		"not-started":       {kind: quarantine.KindContainmentFailed, events: one, machine: wiring.Approval, prepare: with(account.Fault{Service: "states", Operation: "StartExecution", Kind: account.Deny})},
		"not-started-of-several": {kind: quarantine.KindContainmentFailed, events: []simulate.Event{sequence(hostA, hostB)},
			prepare: with(account.Fault{Service: "states", Operation: "StartExecution", Kind: account.Deny})},

		"containment-failed-before-a-cut": {kind: quarantine.KindContainmentFailed, events: two, slack: true, prepare: with(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny})},
		"containment-failed-partly":       {kind: quarantine.KindContainmentFailed, events: two, slack: true, prepare: with(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny, Skip: 1})},
		"containment-failed-quota":        {kind: quarantine.KindContainmentFailed, events: one, prepare: with(account.Fault{Operation: "CreateNetworkAcl", Kind: account.Code, Code: "NetworkAclLimitExceeded"})},
		"containment-failed-shared":       {kind: quarantine.KindContainmentFailed, events: one, prepare: func(a *account.Account) { a.ShareFrom("999900001111", vpc) }},
		"containment-failed-gone":         {kind: quarantine.KindContainmentFailed, events: one, prepare: func(a *account.Account) { a.Terminate(hostA) }},
		"containment-failed-unread": {kind: quarantine.KindContainmentFailed, events: one, prepare: func(a *account.Account) {
			a.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny})
			unreadable(account.Deny)(a)
		}},

		"measure-failed": {kind: quarantine.KindMeasureFailed, events: one, slack: true, prepare: func(a *account.Account) {
			a.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Name: "ec2-quarantine", Egress: []account.Rule{{Source: "0.0.0.0/0"}}})
		}},
		"evidence-complete":         {kind: quarantine.KindEvidenceComplete, events: one},
		"evidence-failed":           {kind: quarantine.KindEvidenceFailed, events: one, prepare: func(a *account.Account) { a.FailSnapshots("vol" + hostA[1:]) }},
		"evidence-failed-not-taken": {kind: quarantine.KindEvidenceFailed, events: one, prepare: with(account.Fault{Operation: "CreateSnapshots", Kind: account.Deny})},
		"evidence-failed-unread": {kind: quarantine.KindEvidenceFailed, events: one, prepare: func(a *account.Account) {
			a.Inject(account.Fault{Operation: "CreateSnapshots", Kind: account.Deny})
			unreadable(account.Throttle)(a)
		}},

		"asked-to-cut":        {kind: quarantine.KindApprovalAsked, events: one, policy: asking, person: no, signer: ready, slack: true},
		"asked-to-cut-braked": {kind: quarantine.KindApprovalAsked, events: braked, policy: oneAnHour, person: no, signer: ready},
		"asked-to-cut-forwarding": {kind: quarantine.KindApprovalAsked, events: one, person: no, signer: ready,
			prepare: func(a *account.Account) { a.ForwardTraffic(hostA) }},
		"asked-to-cut-neighbours":    {kind: quarantine.KindApprovalAsked, events: one, person: no, signer: ready, slack: true, prepare: natGateway},
		"contained-beside-a-gateway": {kind: quarantine.KindContained, events: one, person: yes, prepare: natGateway},
		"asked-to-cut-reminder":      {kind: quarantine.KindApprovalAsked, events: one, policy: asking},
		"asked-to-release":           {kind: quarantine.KindApprovalAsked, events: two, machine: wiring.Approval, person: yes, signer: ready, slack: true},
		"asked-without-a-link": {kind: quarantine.KindApprovalAsked, events: one, policy: asking, person: no, slack: true,
			signer: func(context.Context) (*approval.Signer, error) {
				return approval.NewSigner([]byte("short"), "https://approvals.example")
			}},
		"asking-to-cut-failed":        {kind: quarantine.KindAskingFailed, events: one, policy: asking, prepare: with(account.Fault{Match: byApproval, Kind: account.Deny})},
		"opening-the-question-failed": {kind: quarantine.KindAskingFailed, events: one, policy: asking, prepare: with(account.Fault{Operation: "UpdateItem", Kind: account.Deny, Match: openingQuestion})},
		"asking-to-release-failed":    {kind: quarantine.KindAskingFailed, events: two, machine: wiring.Approval, prepare: with(account.Fault{Match: byApproval, Kind: account.Deny}), slack: true},
		"expired-cut":                 {kind: quarantine.KindApprovalExpired, events: one, policy: asking},
		"expired-release":             {kind: quarantine.KindApprovalExpired, events: two, machine: wiring.Approval},
		"kept-uncut":                  {kind: quarantine.KindKept, events: one, policy: asking, person: no},
		"kept-uncut-braked":           {kind: quarantine.KindKept, events: braked, policy: oneAnHour, person: no},
		"kept-release":                {kind: quarantine.KindKept, events: two, machine: wiring.Approval, person: no},

		"reopened":            {kind: quarantine.KindReopened, scenario: reopened(putBackByHand), slack: true},
		"reopened-not-closed": {kind: quarantine.KindReopened, scenario: reopened(putBackForGood), slack: true},
		"reopened-elsewhere": {kind: quarantine.KindReopened, policy: "version: 1\nmeasures: {security-group: off}\n", scenario: reopened(func(a *account.Account) {
			a.AttachInterface(hostA, account.Interface{Subnet: subnetB, PrivateIP: "10.0.2.60"})
		})},

		"narrowed":                {kind: quarantine.KindNarrowed, scenario: narrowed(miner(hostA, 1)), slack: true},
		"narrowed-held":           {kind: quarantine.KindNarrowed, scenario: narrowed(miner(hostAB, 1), miner(hostA, 2))},
		"narrow-failed-on-a-word": onAWord(),
		"narrow-failed":           {kind: quarantine.KindNarrowFailed, scenario: narrowed(miner(hostAB, 1)), prepare: with(releaseDenied), slack: true},

		"released":         {kind: quarantine.KindReleased, events: two, machine: wiring.Approval, person: yes},
		"released-held":    {kind: quarantine.KindReleased, scenario: released(hostAB, nil, miner(hostAB, 1), miner(hostA, 2))},
		"released-opened":  {kind: quarantine.KindReleased, scenario: released(hostAB, func(a *account.Account) { a.OpenACL(quarantineACL(a)) }, miner(hostAB, 1), miner(hostA, 2))},
		"released-drifted": {kind: quarantine.KindReleased, scenario: released(hostAB, func(a *account.Account) { a.SwapACL(subnetB, a.AddACL(account.ACL{VPC: vpc})) }, miner(hostAB, 1))},
		"released-nothing": {kind: quarantine.KindReleased, scenario: released(hostA, func(a *account.Account) { a.SwapACL(subnetA, a.AddACL(account.ACL{VPC: vpc})) }, miner(hostA, 1))},
		"released-by-default": {kind: quarantine.KindReleased, scenario: released(hostA, func(a *account.Account) { a.RemoveACL(lostACL) }, miner(hostA, 1)),
			prepare: func(a *account.Account) { a.SwapACL(subnetA, a.AddACL(account.ACL{ID: lostACL, VPC: vpc})) }},
		"released-acl-stays":     {kind: quarantine.KindReleased, scenario: released(hostA, nil, miner(hostA, 1)), prepare: with(account.Fault{Operation: "DeleteNetworkAcl", Kind: account.Deny})},
		"released-before":        {kind: quarantine.KindReleased, scenario: releasedTwice},
		"release-failed":         {kind: quarantine.KindReleaseFailed, events: two, machine: wiring.Approval, person: yes, prepare: with(releaseDenied), slack: true},
		"release-failed-by-hand": {kind: quarantine.KindReleaseFailed, scenario: released(hostAB, nil, miner(hostAB, 1)), prepare: with(releaseDenied)},
		"release-failed-unread": {kind: quarantine.KindReleaseFailed, scenario: released(hostAB, nil, miner(hostAB, 1)), prepare: func(a *account.Account) {
			a.Inject(releaseDenied)
			unreadable(account.Deny)(a)
		}},
		"release-of-an-unknown-incident": {kind: quarantine.KindReleaseFailed, scenario: func(ctx context.Context, s *simulate.Session) error {
			return startRelease(ctx, s, "inc-20260304-0000000000")
		}},
		"release-not-started": {kind: quarantine.KindReleaseFailed, events: two, machine: wiring.Approval, person: yes,
			prepare: with(account.Fault{Service: "states", Operation: "StartExecution", Kind: account.Deny, Skip: 1})},
	}
	for _, m := range register.Further() { // each where its first change is denied
		if m.Kind == quarantine.KindAccessKey {
			all["measure-failed-"+m.Name] = told{kind: quarantine.KindMeasureFailed, events: []simulate.Event{userKeyNow()},
				policy: "version: 1\naccessKeys: {cut: cut}\nmeasures: {" + m.Name + ": on}\n",
				prepare: func(a *account.Account) {
					a.AddKnownKey("alice", leakedKey)
					a.Inject(account.Fault{Operation: m.Changes()[0], Kind: account.Deny})
				}}
			continue
		}
		fail := func(a *account.Account) {
			inGroup(a)
			if m.Name == loadbalancers.Info().Name {
				balanced(a)
			}
			if m.Group == measure.Identity {
				a.AddRole(account.Role{Name: "web"})
				a.SetProfile(hostA, a.ProfileARN("web"))
			}
			a.Inject(account.Fault{Operation: m.Changes()[0], Kind: account.Deny})
		}
		all["measure-failed-"+m.Name] = told{kind: quarantine.KindMeasureFailed, events: one, policy: "version: 1\nmeasures: {" + m.Name + ": on}\n", prepare: fail}
		uncut := all["measure-failed-"+m.Name]
		uncut.prepare = func(a *account.Account) {
			share(a)
			fail(a)
		}
		all["measure-failed-uncut-"+m.Name] = uncut
	}
	return all
}

// releaseDenied keeps a release from putting back the second of two subnets.
var releaseDenied = account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny, Skip: 1,
	Match: func(c account.Call) bool { return c.Caller.Function == "release" }}

// unreadable keeps notify from reading the ledger.
func unreadable(how account.Kind) func(*account.Account) {
	return with(account.Fault{Service: "dynamodb", Kind: how, Match: func(c account.Call) bool { return c.Caller.Function == "notify" }})
}

// byApproval are the ledger's calls of the function that asks.
func byApproval(c account.Call) bool {
	return c.Caller.Function == "approval" && c.Service == "dynamodb"
}

// unjudgeable is a finding of which the severity cannot be read, and with it no verdict
// can be given.
func unjudgeable() simulate.Event {
	e := miner(hostA, 1)
	e.Body = json.RawMessage(strings.Replace(string(e.Body), `"severity":8`, `"severity":"high"`, 1))
	return e
}

// triageFails has triage break on its policy, as its main does on Lambda.
func triageFails(e simulate.Event) func(context.Context, *simulate.Session) error {
	return func(ctx context.Context, s *simulate.Session) error {
		_, broken := triage.ParsePolicy([]byte("version: 1\nthresholds: {isolate: high}\n"))
		failed := boundary.Name(quarantine.Failf(quarantine.BadPolicy, "%w", broken))
		for arn, f := range s.Functions {
			if f.Name == "triage" {
				f.Invoke = func(context.Context, []byte) ([]byte, error) { return nil, failed }
				s.Functions[arn] = f
			}
		}
		return delivered(ctx, s, e)
	}
}

func delivered(ctx context.Context, s *simulate.Session, events ...simulate.Event) error {
	for _, e := range events {
		if _, err := s.Deliver(ctx, e); err != nil {
			return err
		}
	}
	_, err := s.Wait(ctx)
	return err
}

// released delivers the events, has somebody change something, and releases the
// host's incident by hand.
func released(host string, meanwhile func(*account.Account), events ...simulate.Event) func(context.Context, *simulate.Session) error {
	return func(ctx context.Context, s *simulate.Session) error {
		if err := delivered(ctx, s, events...); err != nil {
			return err
		}
		if meanwhile != nil {
			meanwhile(s.Account)
		}
		return startRelease(ctx, s, text(ledgerLock(s, host), "incident"))
	}
}

// reopened contains host A, has somebody change something, and has the watch look.
func reopened(meanwhile func(*account.Account)) func(context.Context, *simulate.Session) error {
	return func(ctx context.Context, s *simulate.Session) error {
		if err := delivered(ctx, s, miner(hostA, 1)); err != nil {
			return err
		}
		if err := s.Clock.Sleep(ctx, 5*time.Minute); err != nil {
			return err
		}
		meanwhile(s.Account)
		if _, err := s.Start(ctx, wiring.Watch, "look-1", json.RawMessage(`{}`)); err != nil {
			return err
		}
		_, err := s.Wait(ctx)
		return err
	}
}

// onAWord is a narrowing that a person asks for by an answer, and that is refused for an interface
// that was attached since.
func onAWord() told {
	var in *account.Account
	p := &inTurn{words: []spoken{{15 * time.Minute, narrowIt}, {time.Minute, releaseIt}}}
	return told{
		kind: quarantine.KindNarrowFailed, events: []simulate.Event{miner(hostA, 1)}, machine: wiring.Approval,
		prepare: func(a *account.Account) { in = a },
		person: func(ctx context.Context, q simulate.Asked) {
			if len(p.asked) == 0 {
				in.AttachInterface(hostA, account.Interface{Subnet: subnetA, PrivateIP: "10.0.1.60"})
			}
			p.answer(ctx, q)
		},
	}
}

// narrowed gives back the subnets of the first event's instance, some time after all are contained.
func narrowed(events ...simulate.Event) func(context.Context, *simulate.Session) error {
	return func(ctx context.Context, s *simulate.Session) error {
		if err := delivered(ctx, s, events[0]); err != nil {
			return err
		}
		open, err := s.Ledger.OpenIncidents(ctx)
		if err == nil {
			err = delivered(ctx, s, events[1:]...)
		}
		if err == nil {
			err = s.Clock.Sleep(ctx, 20*time.Minute)
		}
		if err != nil {
			return err
		}
		input, err := json.Marshal(map[string]any{"incident": open[0].ID, "reason": "others work there", "by": "the person on call", "narrow": true})
		if err != nil {
			return err
		}
		if _, err := s.Start(ctx, wiring.Release, "narrow-1", input); err != nil {
			return err
		}
		_, err = s.Wait(ctx)
		return err
	}
}

// putBackByHand puts the ACL of before back, as infrastructure as code does.
func putBackByHand(a *account.Account) {
	other := a.AddACL(account.ACL{VPC: vpc})
	a.OpenACL(other)
	a.SwapACL(subnetA, other)
}

// putBackForGood has EC2 refuse to close it again.
func putBackForGood(a *account.Account) {
	putBackByHand(a)
	a.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Deny})
}

func releasedTwice(ctx context.Context, s *simulate.Session) error {
	if err := delivered(ctx, s, miner(hostA, 1)); err != nil {
		return err
	}
	incident := text(ledgerLock(s, hostA), "incident")
	if err := startRelease(ctx, s, incident); err != nil {
		return err
	}
	if err := s.Clock.Sleep(ctx, time.Hour); err != nil {
		return err
	}
	return startRelease(ctx, s, incident)
}

func startRelease(ctx context.Context, s *simulate.Session, incident string) error {
	input, err := json.Marshal(map[string]string{"incident": incident, "reason": "replaced from a clean image", "by": "arn:aws:iam::111122223333:user/on-call"})
	if err != nil {
		return err
	}
	if _, err := s.Start(ctx, wiring.Release, "release-"+s.Clock.Now().Format("150405"), input); err != nil {
		return err
	}
	_, err = s.Wait(ctx)
	return err
}

// quarantineACL is the product's own in the account.
func quarantineACL(a *account.Account) string {
	for _, printed := range a.DescribeAllNetworkACLs() {
		fields, _ := printed.(map[string]any)
		if tags, _ := fields["Tags"].([]any); len(tags) > 0 {
			id, _ := fields["NetworkAclId"].(string)
			return id
		}
	}
	return ""
}

// openingQuestion is the state machine's write that opens a question.
func openingQuestion(c account.Call) bool {
	in, ok := c.Input.(*dynamodb.UpdateItemInput)
	if !ok {
		return false
	}
	sk, _ := in.Key["sk"].(*types.AttributeValueMemberS)
	return sk != nil && sk.Value == "QUESTION"
}

// userKeyNow is the user's key at the time of the scenarios.
func userKeyNow() simulate.Event {
	e := userKey()
	for old, now := range map[string]string{"2026-01-31T11": "2026-03-04T04", "2026-01-31T12": "2026-03-04T05"} {
		e.Body = bytes.ReplaceAll(e.Body, []byte(old), []byte(now))
	}
	return e
}
