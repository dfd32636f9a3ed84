package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// resume runs the recorded execution on with today's functions, until the scenario's end. Each
// question of the recording gets the task token that its execution has now, as the release that asked
// it kept it; what it asked was delivered then. The invariants are checked, but those that rest on
// what was done before the recording.
func resume(t *testing.T, folder, name string, before []string, scenario func(context.Context, *simulate.Session, waiting) error) (*simulate.Report, waiting) {
	t.Helper()
	var o simulate.Options
	w := recording[waiting](t, folder, "waits", name+".json")
	o.Definitions = map[string][]byte{w.Machine: resumed(t, definitionsOf(t, folder)[w.Machine], w)}
	o.Account, o.Start, o.Policy, o.Record = w.account, w.At, triage.DefaultPolicy(), true
	o.Scenario = func(ctx context.Context, s *simulate.Session) error {
		as := account.WithCaller(ctx, account.Caller{Function: "the release before"})
		if err := w.restore(as, s.Account); err != nil {
			return err
		}
		askedBefore(s, w)
		if _, err := s.Start(ctx, w.Machine, w.Execution, w.Input); err != nil {
			return err
		}
		return scenario(ctx, s, w)
	}
	r, err := simulate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	world := invariants.World{Accused: map[string][]string{hostAB: where[hostAB]}, Answer: invariants.Yes, Secrets: secrets}
	for _, e := range r.Executions {
		if e.Machine == wiring.Release {
			world.ManualReleases = append(world.ManualReleases, e.Name)
		}
	}
	for _, v := range invariants.Check(r, world) {
		if !slices.Contains(before, v.Invariant) {
			t.Error(v)
		}
	}
	return r, w
}

// cutBefore are the invariants that need to have seen the cut: what was on record ahead of it, its
// read-back, and what stood there before, which [putBack] compares.
var cutBefore = []string{"I3", "I5", "I8"}

// askedBefore has the first call that asks the recorded question do nothing but keep its token.
func askedBefore(s *simulate.Session, w waiting) {
	done := false
	for arn, f := range s.Functions {
		if f.Name != "approval" || w.Question == nil {
			continue
		}
		ask := f.Invoke
		f.Invoke = func(ctx context.Context, in []byte) ([]byte, error) {
			if done {
				return ask(ctx, in)
			}
			done = true
			var asked struct{ Token string }
			if err := json.Unmarshal(in, &asked); err != nil {
				return nil, err
			}
			_, err := s.Account.DynamoDB().UpdateItem(account.WithCaller(ctx, account.Caller{Function: "the release before"}), &dynamodb.UpdateItemInput{
				TableName: aws.String("quarantine-ledger"), UpdateExpression: aws.String("SET #token = :token"),
				Key:                       key("TOKEN#"+w.Question.Request, "TOKEN"),
				ExpressionAttributeNames:  map[string]string{"#token": "token"},
				ExpressionAttributeValues: map[string]types.AttributeValue{":token": &types.AttributeValueMemberS{Value: asked.Token}},
			})
			return []byte("{}"), err
		}
		s.Functions[arn] = f
	}
}

func key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

// press opens the link on today's page and presses its button.
func press(t *testing.T, s *simulate.Session, link, decision string) {
	t.Helper()
	signer, err := approval.NewSigner([]byte(signingKey), "https://approvals.example")
	if err != nil {
		t.Fatal(err)
	}
	page := (&approval.Server{Decider: s.Decider, Signer: approval.Ready(signer), Incidents: s.Ledger, Commands: simulate.Commands("eu-west-1"), Clock: s.Clock,
		Log: slog.New(slog.DiscardHandler)}).Handler()
	ctx := account.WithCaller(t.Context(), account.Caller{Function: "person"})
	shown := httptest.NewRecorder()
	page.ServeHTTP(shown, httptest.NewRequestWithContext(ctx, http.MethodGet, link, nil))
	if shown.Code != http.StatusOK || !strings.Contains(shown.Body.String(), hostAB) {
		t.Errorf("the link shows %d:\n%s", shown.Code, shown.Body)
	}
	form := httptest.NewRequestWithContext(ctx, http.MethodPost, link, strings.NewReader(url.Values{"decision": {decision}, "reason": {"looked at"}}.Encode()))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	form.Header.Set("Sec-Fetch-Site", "same-origin")
	pressed := httptest.NewRecorder()
	page.ServeHTTP(pressed, form)
	if pressed.Code != http.StatusOK {
		t.Errorf("the button gives %d:\n%s", pressed.Code, pressed.Body)
	}
}

// executionOf is the recorded execution, as it ended.
func executionOf(t *testing.T, r *simulate.Report, w waiting) history.Execution {
	t.Helper()
	for _, e := range r.Executions {
		if e.Name == w.Execution {
			return e
		}
	}
	t.Fatalf("%s did not run", w.Execution)
	return history.Execution{}
}

// putBack tells what does not stand as before anything was cut.
func putBack(t *testing.T, a *account.Account, w waiting) {
	t.Helper()
	var now []stood
	for _, s := range standing(a) {
		if slices.ContainsFunc(w.Before, func(b stood) bool { return b.Thing == s.Thing }) {
			now = append(now, s)
		}
	}
	if diff := cmp.Diff(w.Before, now); diff != "" {
		t.Errorf("not everything is as it was before (-before +now):\n%s", diff)
	}
}

func TestAQuestionOfEveryReleaseIsAnsweredByItsLinkAndTheExecutionCuts(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		var acct *account.Account
		r, w := resume(t, folder, "question-before-a-cut", nil, func(ctx context.Context, s *simulate.Session, w waiting) error {
			acct = s.Account
			if err := s.Clock.Sleep(ctx, 5*time.Minute); err != nil {
				return err
			}
			press(t, s, w.Question.URL, "approve")
			if _, err := s.Wait(ctx); err != nil {
				return err
			}
			if cut := quarantineACL(s.Account); cut == "" {
				t.Error("nothing was cut")
			}
			return startRelease(ctx, s, text(ledgerLock(s, hostAB), "incident"))
		})
		if e := executionOf(t, r, w); e.Status != history.StatusSucceeded || end(e) != "Contained" && !slices.Contains(e.Path, "Contained") {
			t.Errorf("it is %s in %v: %s %s", e.Status, e.Path, e.Error, e.Cause)
		}
		putBack(t, acct, w)
		if got := kinds(r); !slices.Contains(got, "contained") || !slices.Contains(got, "released") || !slices.Contains(got, "evidence-complete") {
			t.Errorf("people were told %v", got)
		}
	})
}

func TestSnapshotsThatEveryReleaseBeganAreWaitedForToTheEnd(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		var acct *account.Account
		r, w := resume(t, folder, "snapshots", append([]string{"I1"}, cutBefore...), func(ctx context.Context, s *simulate.Session, _ waiting) error {
			acct = s.Account
			if _, err := s.Wait(ctx); err != nil {
				return err
			}
			return startRelease(ctx, s, text(ledgerLock(s, hostAB), "incident"))
		})
		if e := executionOf(t, r, w); e.Status != history.StatusSucceeded {
			t.Errorf("it is %s in %v: %s %s", e.Status, e.Path, e.Error, e.Cause)
		}
		putBack(t, acct, w)
		if got := kinds(r); !slices.Contains(got, "evidence-complete") || !slices.Contains(got, "released") {
			t.Errorf("people were told %v", got)
		}
	})
}

func TestAQuestionOfTheReleaseOfEveryReleaseIsAnsweredByItsLinkAndPutsBack(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		var acct *account.Account
		r, w := resume(t, folder, "question-of-the-release", cutBefore, func(ctx context.Context, s *simulate.Session, w waiting) error {
			acct = s.Account
			if err := s.Clock.Sleep(ctx, 5*time.Minute); err != nil {
				return err
			}
			press(t, s, w.Question.URL, "approve")
			_, err := s.Wait(ctx)
			return err
		})
		if e := executionOf(t, r, w); e.Status != history.StatusSucceeded {
			t.Errorf("it is %s in %v: %s %s", e.Status, e.Path, e.Error, e.Cause)
		}
		putBack(t, acct, w)
		if got := kinds(r); !slices.Contains(got, "released") {
			t.Errorf("people were told %v", got)
		}
	})
}

// What a release left open, today's definitions list, watch and release; the question that waits
// about it is reminded of, and expires in silence.
func TestAnOpenIncidentOfEveryReleaseIsListedWatchedAndReleased(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		w := recording[waiting](t, folder, "waits", "question-of-the-release.json")
		var acct *account.Account
		r, err := simulate.Run(t.Context(), simulate.Options{
			Account: w.account, Start: w.At, Policy: triage.DefaultPolicy(), Record: true,
			Scenario: func(ctx context.Context, s *simulate.Session) error {
				acct = s.Account
				as := account.WithCaller(ctx, account.Caller{Function: "the release before"})
				if err := w.restore(as, s.Account); err != nil {
					return err
				}
				open, err := s.Ledger.OpenIncidents(as)
				if err != nil || len(open) != 1 || len(open[0].Held()) < 3 || len(open[0].Questions) != 1 || len(open[0].Evidence.Snapshots) != 2 {
					return fmt.Errorf("the open incidents are %+v, %w", open, err)
				}
				putBackByHand(s.Account) // of subnet A: the watch closes it again
				if _, err := s.Start(ctx, wiring.Watch, "look-1", json.RawMessage(`{}`)); err != nil {
					return err
				}
				if _, err := s.Wait(ctx); err != nil {
					return err
				}
				return startRelease(ctx, s, open[0].ID)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.Executions {
			if e.Status != history.StatusSucceeded {
				t.Errorf("%s is %s in %s: %s", e.Name, e.Status, end(e), e.Cause)
			}
		}
		if got := kinds(r); !slices.Contains(got, "reopened") || !slices.Contains(got, "released") {
			t.Errorf("people were told %v", got)
		}
		putBack(t, acct, w)
	})
}
