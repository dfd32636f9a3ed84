package standby_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// crowd is a group with several instances in service, each with an incident.
type crowd struct {
	*web
	claims []quarantine.Claim
}

func newCrowd(t *testing.T, instances int) *crowd {
	w := &web{Stage: stage.New()}
	w.Measure = standby.Measure{Groups: autoscaling.New(w.AutoScaling()), Ledger: w.Ledger}
	c := &crowd{web: w}
	group := account.ScalingGroup{Name: "web.1", Max: 20}
	for n := range instances {
		id := w.AddInstance(account.Instance{ID: fmt.Sprintf("i-%d", n+1)})
		group.Instances = append(group.Instances, id)
		c.claims = append(c.claims, w.Incident(t, n+1, id))
	}
	w.AddGroup(group)
	return c
}

// state is that of the n-th instance once it is settled.
func (c *crowd) state(n int) string {
	c.Pass(time.Minute)
	return c.GroupStates()[fmt.Sprintf("i-%d", n)][part]
}

func (c *crowd) stands(t *testing.T, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if done := c.Apply(t, c, c.claims[n-1]); !measure.Closed(stage.Only(t, done)) || c.state(n) != "Standby" {
			t.Errorf("i-%d is %s, and the measure answers %+v", n, c.state(n), done)
		}
	}
}

// refused wants the n-th instance left in service, with the reason, and nothing called for it.
func (c *crowd) refused(t *testing.T, n int, says string) {
	t.Helper()
	before := c.changes()
	_, err := c.Try(t, c, c.claims[n-1])
	if !quarantine.Is(err, quarantine.QuotaReached) || !strings.Contains(fmt.Sprint(err), says) || c.changes() != before || c.state(n) != "InService" {
		t.Errorf("i-%d is %s after %d calls, and the error is %v, want %q", n, c.state(n), c.changes()-before, err, says)
	}
}

func (c *crowd) goesBack(t *testing.T, n int, want quarantine.ReleaseOutcome) {
	t.Helper()
	if got := stage.Only(t, c.Undo(t, c, c.claims[n-1])); got.Outcome != want || c.state(n) != "InService" {
		t.Errorf("i-%d is %s, and the outcome %s, %q, want %s", n, c.state(n), got.Outcome, got.Note, want)
	}
}

func TestTwoOfAGroupStandByAtOnceAndAThirdIsLeftByName(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	c.stands(t, 1, 2)
	c.refused(t, 3, "i-3 does not stand by in its Auto Scaling group web.1: i-1, i-2 stand by in it already, and at once 2 may")
	c.Pass(3 * time.Hour) // the hour's count begins anew, and they still stand by
	c.refused(t, 3, "i-1, i-2 stand by in it already")
	c.goesBack(t, 1, quarantine.Restored)
	c.stands(t, 3)
}

func TestOneThatSomebodyHasHadStandByCountsAtOnce(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	c.SetState("i-2", "Standby")
	c.SetState("i-3", "EnteringStandby")
	c.refused(t, 1, "i-2, i-3 stand by in it already")
}

func TestTwoOfAGroupAreHadToStandByInAnHour(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	c.stands(t, 1, 2)
	c.goesBack(t, 1, quarantine.Restored)
	c.goesBack(t, 2, quarantine.Restored)
	c.refused(t, 3, "i-1, i-2 were had to stand by in it in this clock hour, in which 2 may be")
	c.refused(t, 3, "i-1, i-2 were had") // what is refused is not counted
	c.Pass(time.Hour)
	c.stands(t, 3)
}

// What it never did is not put right by a release, either.
func TestOneThatWasRefusedIsReleasedAsItIs(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	c.stands(t, 1, 2)
	c.refused(t, 3, "at once 2 may")
	c.goesBack(t, 3, quarantine.Restored)
}

func TestTheSameInstanceCountsOnce(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	c.stands(t, 1, 1)
	c.SetState("i-1", "InService") // by hand
	c.stands(t, 1)
	c.goesBack(t, 1, quarantine.Restored)
	c.stands(t, 2)
	c.refused(t, 3, "i-1, i-2 were had to stand by in it in this clock hour")
}

// One that stands by already, and was not read back since, is put again whatever the count says.
func TestItsOwnPlaceIsNotTakenByOthersOfTheNextHour(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 3)
	c.Inject(account.Fault{Operation: "DescribeAutoScalingInstances", Kind: account.Throttle, Skip: 2, Times: 1})
	if _, err := c.Try(t, c, c.claims[0]); !quarantine.Is(err, quarantine.Throttled) || c.state(1) != "Standby" {
		t.Fatalf("it is %s, and the error is %v", c.state(1), err)
	}
	c.Pass(time.Hour)
	for _, other := range []string{"i-2", "i-3"} {
		if others, err := c.Ledger.CountStandby(t.Context(), c.Resource(other), "web.1", 2); err != nil || len(others) > 0 {
			t.Fatal(others, err)
		}
	}
	c.stands(t, 1)
}

func TestWhatAutoScalingDidNotTakeIsNotCounted(t *testing.T) {
	t.Parallel()
	counted := func(c *crowd) []string {
		others, err := c.Ledger.CountStandby(t.Context(), c.Resource("i-9"), "web.1", 1)
		if err != nil {
			t.Fatal(err)
		}
		return others
	}
	for kind, want := range map[account.Kind][]string{account.Deny: nil, account.Throttle: nil, account.TimeoutAfter: {"i-1"}} {
		c := newCrowd(t, 1)
		c.Inject(account.Fault{Operation: "EnterStandby", Kind: kind, Times: 1})
		if _, err := c.Try(t, c, c.claims[0]); err == nil {
			t.Fatal("the call is not refused")
		}
		if got := counted(c); !slices.Equal(got, want) {
			t.Errorf("after fault %d are counted %v, want %v", kind, got, want)
		}
	}
	c := newCrowd(t, 1)
	c.Inject(account.Fault{Operation: "EnterStandby", Kind: account.Interfere, Times: 1, Do: func(account.Call) { c.SetState("i-1", "Terminating") }})
	if done, err := c.Try(t, c, c.claims[0]); err == nil && measure.Closed(stage.Only(t, done)) {
		t.Fatal("what is ending stands by")
	}
	if got := counted(c); len(got) > 0 {
		t.Errorf("one that its group is ending is counted: %v", got)
	}
}
