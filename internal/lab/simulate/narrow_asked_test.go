package simulate_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// inTurn answers one question after the other, each a while after it was put, and keeps what came
// of each word.
type inTurn struct {
	words  []spoken
	asked  []string
	errors []error
}

type spoken struct {
	after time.Duration
	word  quarantine.Decision
}

func (p *inTurn) answer(ctx context.Context, q simulate.Asked) {
	p.asked = append(p.asked, q.Request)
	if len(p.asked) > len(p.words) {
		return
	}
	s := p.words[len(p.asked)-1]
	if ctx = q.As(ctx); q.Clock.Sleep(ctx, s.after) != nil {
		return
	}
	s.word.By, s.word.Via, s.word.Reason = "the person on call", "link", "others work there"
	_, err := q.Decider.Decide(ctx, q.Request, s.word)
	p.errors = append(p.errors, err)
}

// variant simulates the approval variant on one finding, in an account that is given at the start.
func variant(t *testing.T, prepare func(*account.Account), person func(context.Context, simulate.Asked)) *simulate.Report {
	t.Helper()
	w := world(false, miner(hostA, 1))
	w.Answer = invariants.Mixed
	return checked(t, simulate.Options{
		Events: []simulate.Event{miner(hostA, 1)}, Account: network, Policy: triage.DefaultPolicy(), Machine: wiring.Approval,
		Person: person, Start: start, Prepare: prepare,
	}, w)
}

var (
	narrowIt  = quarantine.Decision{Narrow: true}
	releaseIt = quarantine.Decision{Approve: true}
	keepIt    = quarantine.Decision{}
)

const askedFirst = "Contain IsItContained AskForRelease IsItReleased NarrowIncident OpenAnotherQuestion AskForRelease "

// The incident goes on after its subnets are given back, and so whether to release it is asked
// again: by a question of its own, which can be answered either way, or not at all.
func TestNarrowedByAnAnswerWhetherToReleaseIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		then spoken
		path string
		held int
	}{
		"released":          {spoken{time.Hour - time.Minute, releaseIt}, askedFirst + "IsItReleased ReleaseIncident Released", 0},
		"kept":              {spoken{time.Hour - time.Minute, keepIt}, askedFirst + "IsItReleased RecordKept TellKept Kept", 1},
		"narrow once more":  {spoken{time.Hour - time.Minute, narrowIt}, "", 1}, // there is nothing left to give back
		"without an answer": {spoken{48 * time.Hour, releaseIt}, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &inTurn{words: []spoken{{15 * time.Minute, narrowIt}, c.then}}
			var a *account.Account
			r := variant(t, func(in *account.Account) { a = in }, p.answer)
			got := paths(r, wiring.Approval)[0]
			if diff := cmp.Diff(c.path, got); c.path != "" && diff != "" {
				t.Errorf("path (-want +got):\n%s", diff)
			}
			if c.path == "" && (!strings.HasPrefix(got, askedFirst) || !strings.HasSuffix(got, "ExpireRequest TellExpired KeptInSilence")) {
				t.Errorf("path %s", got)
			}
			if len(p.asked) != 2 || p.asked[0] == p.asked[1] || p.errors[0] != nil {
				t.Errorf("asked %q, answered with %v", p.asked, p.errors)
			}
			if got := quarantined(t, r); len(got) != 0 {
				t.Errorf("cut off %v", got)
			}
			told := kinds(r)
			if n := slices.Index(told, "narrowed"); n < 0 || slices.Index(told[n:], "approval-asked") < 0 {
				t.Errorf("people were told %v", told)
			}
			path := a.CanReach(account.Packet{From: other, To: "10.0.1.10", Protocol: "tcp", Port: 22})
			if path.Allowed != (c.held == 0) {
				t.Errorf("host A from another subnet: %+v", path)
			}
		})
	}
}

// Who asks too early reads so, and the very question can be answered later.
func TestAWordToNarrowThatComesTooEarlyLeavesTheQuestion(t *testing.T) {
	t.Parallel()
	var early error
	p := &inTurn{words: []spoken{{10 * time.Minute, narrowIt}, {time.Minute, releaseIt}}}
	person := func(ctx context.Context, q simulate.Asked) {
		if len(p.asked) == 0 {
			_, early = q.Decider.Decide(q.As(ctx), q.Request, quarantine.Decision{Narrow: true, By: "the person on call", Via: "link"})
		}
		p.answer(ctx, q)
	}
	r := variant(t, nil, person)
	if !quarantine.Is(early, quarantine.NotNarrowed) {
		t.Errorf("early: %v", early)
	}
	if diff := cmp.Diff(askedFirst+"IsItReleased ReleaseIncident Released", paths(r, wiring.Approval)[0]); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
}

// What only EC2 shows refuses the word after it was given: people are told, nothing is changed, and
// they are asked again.
func TestANarrowingThatIsRefusedIsToldAndAskedAgain(t *testing.T) {
	t.Parallel()
	p := &inTurn{words: []spoken{{15 * time.Minute, narrowIt}, {time.Minute, releaseIt}}}
	var a *account.Account
	person := func(ctx context.Context, q simulate.Asked) {
		if len(p.asked) == 0 {
			a.AttachInterface(hostA, account.Interface{Subnet: subnetA, PrivateIP: "10.0.1.60"})
		}
		p.answer(ctx, q)
	}
	r := variant(t, func(in *account.Account) { a = in }, person)
	want := "Contain IsItContained AskForRelease IsItReleased NarrowIncident DidNarrowingTell TellNotNarrowed OpenAnotherQuestion " +
		"AskForRelease IsItReleased ReleaseIncident Released"
	if diff := cmp.Diff(want, paths(r, wiring.Approval)[0]); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
	told := ""
	for _, n := range r.Notifications {
		if n.Kind == string(quarantine.KindNarrowFailed) && n.Channel == "sns" {
			told = strings.Join(strings.Fields(n.Text), " ")
		}
	}
	for _, word := range []string{"NOT NARROWED. Nothing was changed", "came later, and the security group does not hold it", hostA} {
		if !strings.Contains(told, word) {
			t.Errorf("%q was not told:\n%s", word, told)
		}
	}
}
