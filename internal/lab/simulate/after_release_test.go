package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// seen is the event with when its activity was seen last, as a JSON value.
func seen(e simulate.Event, value string) simulate.Event {
	return simulate.Event{Name: e.Name, Body: []byte(strings.Replace(string(e.Body), `"service":{`, `"service":{"eventLastSeen":`+value+`,`, 1))}
}

// seenAt is the event as it is sent a minute after the activity was seen last.
func seenAt(e simulate.Event, at time.Time) simulate.Event {
	e.Body = []byte(strings.Replace(string(e.Body), `"time":"2026-03-04T05:06:07Z"`, `"time":"`+at.Add(time.Minute).Format(time.RFC3339)+`"`, 1))
	return seen(e, `"`+at.Format(time.RFC3339)+`"`)
}

// trojan is a finding of another type than miner's.
func trojan(host string, number int) simulate.Event {
	return event(host, number, "Trojan:EC2/DGADomainRequest.B", 8, `"additionalInfo":{}`)
}

// after is what comes after the release of the first incident, on the host of it.
type after struct {
	*testing.T
	s        *simulate.Session
	incident string
	released time.Time
}

// afterRelease contains hostA, releases it two hours later, and goes on; it checks the invariants.
func afterRelease(t *testing.T, policy string, person func(context.Context, simulate.Asked), input string, then func(context.Context, after)) *simulate.Report {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + policy))
	if err != nil {
		t.Fatal(err)
	}
	first := miner(hostA, 1)
	scenario := func(ctx context.Context, s *simulate.Session) error {
		e, err := s.Deliver(ctx, first)
		if err != nil {
			return err
		}
		if err := s.Clock.Sleep(ctx, 2*time.Hour); err != nil {
			return err
		}
		var out struct{ Incident string }
		if err := json.Unmarshal(e.Result.Output, &out); err != nil {
			return fmt.Errorf("along %v: %w", e.Result.Path, err)
		}
		a := after{t, s, out.Incident, time.Time{}}
		a.release(ctx, "release-1", strings.ReplaceAll(input, "UNTIL", s.Clock.Now().Add(7*24*time.Hour).Format(time.RFC3339)))
		a.released = s.Clock.Now()
		then(ctx, a)
		return nil
	}
	w := world(false, first, trojan(hostA, 2))
	w.Answer, w.ManualReleases = invariants.Mixed, []string{"release-1", "release-2"}
	return checked(t, simulate.Options{Scenario: scenario, Account: network, Policy: p, Person: person, Start: start}, w)
}

func (a after) release(ctx context.Context, name, more string) {
	a.Helper()
	input := fmt.Sprintf(`{"incident":%q,"reason":"dealt with","by":"the person on call"%s}`, a.incident, more)
	if _, err := a.s.Start(ctx, wiring.Release, name, []byte(input)); err != nil {
		a.Fatal(err)
	}
	if err := a.s.Clock.Sleep(ctx, time.Minute); err != nil {
		a.Fatal(err)
	}
}

// comes delivers an event and gives its execution, some time later.
func (a after) comes(ctx context.Context, e simulate.Event, later time.Duration) *history.Execution {
	a.Helper()
	x, err := a.s.Deliver(ctx, e)
	if err == nil {
		err = a.s.Clock.Sleep(ctx, later)
	}
	if err != nil {
		a.Fatal(err)
	}
	return x.Result
}

func TestActivityOfBeforeTheReleaseIsToldAndNotCut(t *testing.T) {
	t.Parallel()
	lastSeen := start.Add(-6 * time.Minute)
	r := afterRelease(t, "", nil, "", func(ctx context.Context, a after) {
		x := a.comes(ctx, seenAt(updated(miner(hostA, 1)), lastSeen), time.Hour)
		if got := path(*x); got != "Triage Decide AcquireLock JoinIncident WasItReleased DoesTheReleaseCount RecordTold TellOnly Told" {
			t.Errorf("it went %s", got)
		}
	})
	if len(r.CutBy()) != 1 {
		t.Errorf("cut by %v", r.CutBy())
	}
	last := r.Sent[len(r.Sent)-1].Text
	words := strings.Join(strings.Fields(last), " ")
	for _, says := range []string{"was released at 2026-03-04T07:06:", "by the person on call", "last seen " + lastSeen.Format(time.RFC3339), "nothing was changed", "This finding has cut nothing off"} {
		if !strings.Contains(words, says) {
			t.Errorf("people are not told %q:\n%s", says, last)
		}
	}
}

func TestActivityAfterTheReleaseIsCutAgain(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(simulate.Event, time.Time) simulate.Event{
		"seen after it":           func(e simulate.Event, at time.Time) simulate.Event { return seenAt(e, at) },
		"not said when":           func(e simulate.Event, _ time.Time) simulate.Event { return e },
		"said in an odd way":      func(e simulate.Event, _ time.Time) simulate.Event { return seen(e, `"yesterday"`) },
		"said in another odd way": func(e simulate.Event, _ time.Time) simulate.Event { return seen(e, `{"at":1}`) },
		"a time that cannot be":   func(e simulate.Event, _ time.Time) simulate.Event { return seen(e, `0`) },
		"with a zone and fractions": func(e simulate.Event, at time.Time) simulate.Event {
			return seen(e, `"`+at.In(time.FixedZone("", 7200)).Format("2006-01-02T15:04:05.999999999Z07:00")+`"`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := afterRelease(t, "", nil, "", func(ctx context.Context, a after) {
				x := a.comes(ctx, of(updated(miner(hostA, 1)), a.released.Add(123*time.Millisecond)), time.Hour)
				if !strings.HasPrefix(path(*x), "Triage Decide AcquireLock Isolate Respond") {
					t.Errorf("it went %s", path(*x))
				}
			})
			if len(r.CutBy()) != 2 {
				t.Errorf("cut by %v", r.CutBy())
			}
		})
	}
}

// Who is asked first is asked about what goes on, and told of what is over.
func TestNobodyIsAskedAboutActivityOfBeforeTheRelease(t *testing.T) {
	t.Parallel()
	const policy = "overrides: [{name: ask, reason: ask, when: 'finding.count > 1', action: approve}]\nsilence: isolate\n"
	r := afterRelease(t, policy, simulate.Answer(true), "", func(ctx context.Context, a after) {
		if x := a.comes(ctx, seenAt(updated(miner(hostA, 1)), start), time.Hour); end(*x) != "Told" {
			t.Errorf("it went %s", path(*x))
		}
		if x := a.comes(ctx, seenAt(updated(miner(hostA, 1)), a.s.Clock.Now()), time.Hour); end(*x) != "Contained" || !strings.Contains(path(*x), "DoesTheReleaseCount OpenQuestion") {
			t.Errorf("it went %s", path(*x))
		}
	})
	if got := len(asked(r)); got != 1 {
		t.Errorf("asked %d times", got)
	}
}

// A finding that waits while the incident is released is told, too.
func TestAFindingThatComesDuringTheReleaseIsHeldToIt(t *testing.T) {
	t.Parallel()
	p := triage.DefaultPolicy()
	scenario := func(ctx context.Context, s *simulate.Session) error {
		first, err := s.Deliver(ctx, miner(hostA, 1))
		if err != nil {
			return err
		}
		if err := s.Clock.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		var out struct{ Incident string }
		if err := json.Unmarshal(first.Result.Output, &out); err != nil {
			return err
		}
		input := fmt.Sprintf(`{"incident":%q,"reason":"dealt with","by":"the person on call"}`, out.Incident)
		if _, err := s.Start(ctx, wiring.Release, "release-1", []byte(input)); err != nil {
			return err
		}
		e, err := s.Deliver(ctx, seenAt(updated(miner(hostA, 1)), start))
		if err != nil {
			return err
		}
		if err := s.Clock.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		if end(*e.Result) != "Told" && end(*e.Result) != "Joined" {
			t.Errorf("it went %s", path(*e.Result))
		}
		return nil
	}
	w := world(false, miner(hostA, 1))
	w.ManualReleases = []string{"release-1"}
	r := checked(t, simulate.Options{Scenario: scenario, Account: network, Policy: p, Start: start}, w)
	if len(r.CutBy()) != 1 {
		t.Errorf("cut by %v", r.CutBy())
	}
}

const falseAlarm = `,"falseAlarmUntil":"UNTIL"`

// While it runs, the same type asks, and a yes cuts; another type cuts.
func TestAfterAFalseAlarmTheSameTypeAsksAndAnotherCuts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		person func(context.Context, simulate.Asked)
		event  simulate.Event
		asked  int
		ends   string
		cuts   int
	}{
		"the same type, approved": {simulate.Answer(true), updated(miner(hostA, 1)), 1, "Contained", 2},
		"the same type, denied":   {simulate.Answer(false), updated(miner(hostA, 1)), 1, "LeftUncut", 1},
		"another type":            {simulate.Answer(false), trojan(hostA, 2), 0, "Contained", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := afterRelease(t, "", c.person, falseAlarm, func(ctx context.Context, a after) {
				if x := a.comes(ctx, seenAt(c.event, a.released.Add(time.Minute)), time.Hour); end(*x) != c.ends {
					t.Errorf("it went %s", path(*x))
				}
			})
			if len(asked(r)) != c.asked || len(r.CutBy()) != c.cuts {
				t.Errorf("asked %d times, cut by %v", len(asked(r)), r.CutBy())
			}
			if c.asked > 0 && !strings.Contains(strings.Join(strings.Fields(asked(r)[0]), " "), "because the person on call called this type of finding a false alarm on this instance") {
				t.Errorf("the question does not say why:\n%s", asked(r)[0])
			}
		})
	}
}

func TestAFalseAlarmEnds(t *testing.T) {
	t.Parallel()
	for name, ended := range map[string]func(context.Context, after){
		"by itself": func(ctx context.Context, a after) { _ = a.s.Clock.Sleep(ctx, 7*24*time.Hour) },
		"by a person's word": func(ctx context.Context, a after) {
			a.release(ctx, "release-2", fmt.Sprintf(`,"falseAlarmUntil":%q`, a.s.Clock.Now().Format(time.RFC3339)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := afterRelease(t, "", simulate.Answer(false), falseAlarm, func(ctx context.Context, a after) {
				if all, err := a.s.Ledger.FalseAlarms(ctx); err != nil || len(all) != 1 || all[0].By != "the person on call" || all[0].Reason != "dealt with" || all[0].Incident != a.incident {
					t.Errorf("on record are %+v, %v", all, err)
				}
				ended(ctx, a)
				if all, err := a.s.Ledger.FalseAlarms(ctx); err != nil || len(all) != 0 {
					t.Errorf("on record are still %+v, %v", all, err)
				}
				if x := a.comes(ctx, seenAt(updated(miner(hostA, 1)), a.s.Clock.Now()), time.Hour); end(*x) != "Contained" {
					t.Errorf("it went %s", path(*x))
				}
			})
			if len(asked(r)) != 0 {
				t.Errorf("asked %q", asked(r))
			}
		})
	}
}

// It can be said after the release as well, and is in the incident's timeline.
func TestAFalseAlarmOfAnIncidentThatIsReleasedAlready(t *testing.T) {
	t.Parallel()
	afterRelease(t, "", simulate.Answer(false), "", func(ctx context.Context, a after) {
		a.release(ctx, "release-2", fmt.Sprintf(`,"falseAlarmUntil":%q`, a.s.Clock.Now().Add(time.Hour).Format(time.RFC3339)))
		if x := a.comes(ctx, seenAt(updated(miner(hostA, 1)), a.s.Clock.Now()), time.Hour); end(*x) != "LeftUncut" {
			t.Errorf("it went %s", path(*x))
		}
		in, err := a.s.Ledger.Incident(ctx, a.incident)
		if err != nil || !slices.ContainsFunc(in.Timeline, func(e quarantine.Event) bool {
			return e.Kind == quarantine.EventFalseAlarm && e.By == "the person on call" && strings.Contains(e.Text, "CryptoCurrency:EC2/BitcoinTool.B!DNS: dealt with")
		}) {
			t.Errorf("the timeline is %+v, %v", in.Timeline, err)
		}
	})
}

// asked are the texts of the questions.
func asked(r *simulate.Report) (all []string) {
	for _, n := range r.Notifications {
		if n.Channel == "sns" && n.Kind == string(quarantine.KindApprovalAsked) {
			all = append(all, n.Text)
		}
	}
	return all
}

// callsToTheCut are an execution's calls up to the cut, sorted.
func callsToTheCut(r *simulate.Report, execution string) (all []string) {
	for _, c := range r.Calls {
		if c.Execution == execution && c.BeforeCut {
			all = append(all, c.Operation)
		}
	}
	slices.Sort(all)
	return all
}

// A release does not make the way to the next cut longer.
func TestTheNextCutCostsNoCallMore(t *testing.T) {
	t.Parallel()
	r := afterRelease(t, "", nil, falseAlarm, func(ctx context.Context, a after) {
		a.comes(ctx, seenAt(trojan(hostA, 2), a.released), time.Hour)
	})
	first, next := callsToTheCut(r, r.Executions[0].Name), callsToTheCut(r, r.Executions[len(r.Executions)-1].Name)
	if !slices.Equal(first, next) || len(first) == 0 {
		t.Errorf("the first cut took %q, the next %q", first, next)
	}
}

// An execution whose incident is released while it cuts has put its hold on the subnets by
// then: it takes them over with a new incident, however old the activity is.
func TestWhatIsBegunIsGoneOnWithWhateverIsReleased(t *testing.T) {
	t.Parallel()
	first := seenAt(miner(hostA, 1), start.Add(-time.Hour))
	prepare := func(a *account.Account) {
		a.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Times: 1, Kind: account.Interfere, Do: func(account.Call) { releaseNow(t, a) }})
	}
	r, err := simulate.Run(t.Context(), simulate.Options{Events: []simulate.Event{first}, Account: network, Policy: triage.DefaultPolicy(), Prepare: prepare, Start: start})
	if err != nil {
		t.Fatal(err)
	}
	if e := r.Executions[0]; !strings.HasPrefix(path(e), "Triage Decide AcquireLock Isolate AcquireLock Isolate Respond") || end(e) != "Contained" {
		t.Errorf("it went %s", path(e))
	}
}

// releaseNow has hostA's incident on record as released, as of a minute after the start.
func releaseNow(t *testing.T, a *account.Account) {
	t.Helper()
	db, table := a.DynamoDB(), aws.String("quarantine-ledger")
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	lock := map[string]types.AttributeValue{"pk": text("RESOURCE#instance#111122223333#eu-west-1#" + hostA), "sk": text("LOCK")}
	out, err := db.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: table, Key: lock, ReturnValues: types.ReturnValueAllNew, UpdateExpression: aws.String("SET releasedAt = :at"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":at": text("2026-03-04T05:07:07.000Z")},
	})
	if err != nil {
		t.Error(err)
		return
	}
	incident := out.Attributes["incident"].(*types.AttributeValueMemberS).Value
	if _, err := db.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: table, Item: map[string]types.AttributeValue{
		"pk": text("INCIDENT#" + incident), "sk": text("INCIDENT"), "status": text("released"),
	}}); err != nil {
		t.Error(err)
	}
}
