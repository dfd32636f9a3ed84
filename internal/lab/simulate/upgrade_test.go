package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// An execution keeps the definition that it started with, and functions are replaced under it: what
// definitions of releases before hand over, today's functions take, and what today's functions
// answer, those definitions go on with.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-read-consistency.html

func TestFunctionsTakeThePayloadsOfEveryRelease(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		all := recording[[]payload](t, folder, "payloads.json")
		called := map[string]int{}
		_, err := simulate.Run(t.Context(), simulate.Options{
			Account: network, Policy: triage.DefaultPolicy(), Start: start,
			Scenario: func(ctx context.Context, s *simulate.Session) error {
				functions := map[string]runner.Function{}
				for _, f := range s.Functions {
					functions[f.Name] = f
				}
				for _, p := range all {
					called[p.Function]++
					f, known := functions[p.Function]
					if !known {
						t.Errorf("there is no function %s any more", p.Function)
						continue
					}
					_, err := f.Invoke(ctx, p.Payload)
					if err == nil {
						continue
					}
					// Nothing of what the payload is about is there: many fail, and none over what it says.
					if named := boundary.Name(err); unfit(named) && p.Error != named.Type {
						t.Errorf("%s refuses what release %s hands to it: %v\n%s", p.Function, filepath.Base(folder), named, p.Payload)
					}
				}
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(all) < 80 || len(called) < 11 {
			t.Errorf("%d payloads of the functions %v", len(all), called)
		}
	})
}

// unfit tells a failure over what a payload says from one over what it is about.
func unfit(e *boundary.Error) bool {
	switch e.Type {
	case quarantine.BadRequest:
		return !strings.Contains(e.Message, "the ledger knows no incident") && !strings.HasSuffix(e.Message, "was cut: there is nothing to release")
	case quarantine.MalformedEvent, "Runtime.ExitError":
		return true
	}
	return false
}

// passing are runs that between them go through most of the definitions.
var passing = []string{
	"contained", "contained-joined", "contained-by-word", "contained-in-silence", "told-only", "malformed", "not-started-of-several",
	"containment-failed-partly", "containment-failed-gone", "measure-failed", "evidence-failed", "asked-to-cut-braked", "asking-to-cut-failed",
	"expired-cut", "expired-release", "kept-uncut", "kept-release", "reopened", "narrowed", "released", "release-failed-by-hand",
}

func TestTheDefinitionsOfEveryReleaseEndWithTodaysFunctionsAsTheyDid(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		ends, runs := recording[map[string][]string](t, folder, "ends.json"), tellings(t)
		for _, name := range passing {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c, known := runs[name]
				if !known || ends[name] == nil {
					t.Fatalf("the run is not there any more (%t), or was not then (%v)", known, ends[name])
				}
				c.definitions = definitionsOf(t, folder)
				r, _ := c.report(t)
				if diff := cmp.Diff(ends[name], endsOf(r)); diff != "" {
					t.Errorf("it ends otherwise (-then +now):\n%s", diff)
				}
			})
		}
	})
}

func TestTheInvariantsHoldWhereDefinitionsOfEveryReleaseCallTodaysFunctions(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		asks, err := triage.ParsePolicy([]byte(asking))
		if err != nil {
			t.Fatal(err)
		}
		for name, o := range map[string]simulate.Options{
			"cut at once":        {Policy: triage.DefaultPolicy()},
			"cut after a yes":    {Policy: asks},
			"released after one": {Policy: triage.DefaultPolicy(), Machine: wiring.Approval},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				o.Events, o.Account, o.Start, o.Person, o.Definitions = []simulate.Event{miner(hostAB, 1)}, network, start, simulate.Answer(true), definitionsOf(t, folder)
				w := world(false, o.Events...)
				w.Answer = invariants.Yes
				checked(t, o, w)
			})
		}
	})
}

func TestEveryItemOfEveryReleaseIsRead(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, folder string) {
		kinds := map[string]bool{}
		for _, i := range recording[[]map[string]any](t, folder, "items.json") {
			a := account.New(account.Options{})
			a.AddDefined(ledger.TableDefinition("quarantine-ledger"))
			if err := putItem(t.Context(), a, i); err != nil {
				t.Fatal(err)
			}
			kind := kindOfItem(text(i, "pk"), text(i, "sk"))
			kinds[kind] = true
			if read, err := readItem(t.Context(), ledger.New(a.DynamoDB(), "quarantine-ledger"), i); err != nil || !read {
				t.Errorf("%s is read: %t, %v\n%v", kind, read, err, i)
			}
		}
		if len(kinds) < 30 {
			t.Errorf("items of %d kinds: %v", len(kinds), slices.Sorted(maps.Keys(kinds)))
		}
	})
}

// readItem reads an item as its readers do, and tells whether they find in it what makes it one of
// its kind.
func readItem(ctx context.Context, l *ledger.Ledger, i map[string]any) (found bool, err error) {
	pk, sk := strings.Split(text(i, "pk"), "#"), text(i, "sk")
	last := pk[len(pk)-1]
	switch pk[0] + " " + sk {
	case "RESOURCE LOCK":
		lock, err := l.Lock(ctx, quarantine.Resource{Kind: quarantine.Kind(pk[1]), AccountID: pk[2], Region: pk[3], ID: pk[4]})
		return lock.Status != "" && lock.Owner != "", err
	case "REQUEST REQUEST":
		q, err := l.Request(ctx, last)
		return q.Incident != "" && !q.ExpiresAt.IsZero(), err
	case "TOKEN TOKEN":
		token, err := l.Token(ctx, last)
		return token == recordedToken, err
	case "HOLD HOLD":
		h, err := l.HoldOf(ctx, quarantine.Hold{Measure: pk[1], AccountID: pk[2], Region: pk[3], Thing: strings.Join(pk[4:], "#")})
		return len(h.Parts)+len(h.Last)+len(h.Holders) > 0, err
	case "HOLD MADE":
		id, _, err := l.Made(ctx, pk[1], quarantine.Resource{AccountID: pk[2], Region: pk[3]}, last)
		return id != "" || pk[1] == quarantine.MeasureCut, err
	}
	switch pk[0] {
	case "EVIDENCE":
		all, err := l.Artifacts(ctx, last)
		return len(all) == 1 && all[0].SHA256 != "", err
	case "INCIDENT":
		in, err := l.Incident(ctx, last)
		if strings.HasPrefix(sk, "QUESTION#") { // what it points to is not there
			return quarantine.Is(err, quarantine.RequestGone), nil
		}
		return len(in.Timeline)+len(in.Holds)+len(in.Findings)+len(in.Watch.Drifts) > 0 || !in.Watch.LookedAt.IsZero(), err
	}
	// What is only written and counted, or shown in the console.
	return pk[0] == "BRAKE" || pk[0] == "FINDING" || sk == "QUESTION" || strings.HasPrefix(sk, "HOUR#") || strings.HasPrefix(sk, "FALSE-ALARM#"), nil
}

// Receivers were built on what releases before sent: of the same version, it fits today's schema.
func TestTheNewsOfEveryReleaseFitsTheSchemaOfItsVersion(t *testing.T) {
	t.Parallel()
	held := eventSchema(t)
	eachRelease(t, func(t *testing.T, folder string) {
		all := recording[[]map[string]any](t, folder, "news.json")
		for _, detail := range all {
			if detail["version"] != float64(quarantine.MessageVersion) {
				continue
			}
			if err := held.Validate(detail); err != nil {
				t.Errorf("%v: %v", detail["kind"], err)
			}
		}
		if len(all) < 40 {
			t.Errorf("only %d pieces of news are recorded", len(all))
		}
	})
}

func TestTheLinksOfEveryReleaseOpen(t *testing.T) {
	t.Parallel()
	signer, err := approval.NewSigner([]byte(signingKey), "https://approvals.example")
	if err != nil {
		t.Fatal(err)
	}
	eachRelease(t, func(t *testing.T, folder string) {
		for _, name := range []string{"question-before-a-cut", "question-of-the-release"} {
			q := recording[waiting](t, folder, "waits", name+".json").Question
			u, err := url.Parse(q.URL)
			if err != nil {
				t.Fatal(err)
			}
			got, err := signer.Verify(q.Request, u.RawQuery)
			if err != nil || got.Expires.Sub(q.Expires).Abs() > time.Second || !got.Narrow {
				t.Errorf("%s: %+v, %v", q.URL, got, err)
			}
		}
	})
}

// What an older release would misread, it leaves as it is: as after going back over another version of items.
func TestWhatANewerReleaseHasWrittenIsLeftAsItIsAndPeopleAreTold(t *testing.T) {
	t.Parallel()
	w := recording[waiting](t, releases, "1", "waits", "question-of-the-release.json")
	for _, i := range w.Items {
		item, _ := i.(map[string]any)
		item["version"] = map[string]any{"N": fmt.Sprint(quarantine.ItemVersion + 1)}
	}
	var before, after []stood
	r, err := simulate.Run(t.Context(), simulate.Options{
		Account: w.account, Start: w.At, Policy: triage.DefaultPolicy(), Record: true,
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			if err := w.restore(account.WithCaller(ctx, account.Caller{Function: "the newer release"}), s.Account); err != nil {
				return err
			}
			incident := text(ledgerLock(s, hostAB), "incident")
			putBackByHand(s.Account)
			before = standing(s.Account)
			if _, err := s.Start(ctx, wiring.Watch, "look-1", json.RawMessage(`{}`)); err != nil {
				return err
			}
			if _, err := s.Wait(ctx); err != nil {
				return err
			}
			if err := startRelease(ctx, s, incident); err != nil {
				return err
			}
			after = standing(s.Account)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := kinds(r); !slices.Equal(got, []string{"reopened", "release-failed"}) {
		t.Errorf("people were told %v", got)
	}
	for _, n := range r.Notifications {
		if n.Channel == "sns" && !strings.Contains(n.Text, quarantine.NewerVersion) {
			t.Errorf("it is not said why:\n%s", n.Text)
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("it changed what it cannot read (-before +after):\n%s", diff)
	}
}
