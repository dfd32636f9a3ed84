package oncall_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// followed is what is shown of lists that are read one after the other; nil is one that cannot be.
func followed(t *testing.T, always bool, readings ...[]quarantine.Incident) (shown []string, err error) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	n := 0
	f := &oncall.Follow{
		Always: always, Every: time.Second, // more often than it may be
		Read: func(context.Context) ([]oncall.Listed, error) {
			n++
			if readings[n-1] == nil {
				return nil, errors.New("throttled")
			}
			return oncall.Filter{}.Of(readings[n-1]), nil
		},
		Show: func(all, changed []oncall.Listed, gone []string) error {
			text := fmt.Sprintf("%d:", len(all))
			for _, i := range changed {
				text += " " + i.ID
			}
			slices.Sort(gone)
			for _, id := range gone {
				text += " -" + id
			}
			shown = append(shown, text)
			return nil
		},
		Failed: func(err error) { shown = append(shown, err.Error()) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			if d != oncall.Often {
				t.Errorf("it reads every %s", d)
			}
			if n == len(readings) {
				stop()
			}
			return ctx.Err()
		},
	}
	err = f.Run(ctx)
	return shown, err
}

func contained(id string) quarantine.Incident {
	return quarantine.Incident{ID: id, Status: quarantine.StatusContained, Evidence: quarantine.Evidence{Status: quarantine.EvidencePending}}
}

func TestAListIsFollowedByWhatChanges(t *testing.T) {
	t.Parallel()
	looked, complete := contained("inc-1"), contained("inc-1")
	looked.Watch.LookedAt = noon // every five minutes, and no news
	complete.Evidence.Status = quarantine.EvidenceComplete
	shown, err := followed(t, false,
		[]quarantine.Incident{contained("inc-1")}, []quarantine.Incident{looked}, nil, []quarantine.Incident{complete, contained("inc-2")}, []quarantine.Incident{contained("inc-2")})
	if got := strings.Join(shown, "; "); got != "1: inc-1; throttled; 2: inc-1 inc-2; 1: -inc-1" || !errors.Is(err, context.Canceled) {
		t.Errorf("%s: %v", got, err)
	}
}

func TestATerminalIsDrawnAnewEveryTime(t *testing.T) {
	t.Parallel()
	shown, _ := followed(t, true, []quarantine.Incident{contained("inc-1")}, []quarantine.Incident{contained("inc-1")}, []quarantine.Incident{})
	if got := strings.Join(shown, "; "); got != "1: inc-1; 1:; 0: -inc-1" {
		t.Error(got)
	}
}

func TestWhatCannotBeReadIsTriedAFewTimes(t *testing.T) {
	t.Parallel()
	if shown, err := followed(t, false, nil); err == nil || errors.Is(err, context.Canceled) || len(shown) > 0 {
		t.Errorf("%v: %v", shown, err)
	}
	shown, err := followed(t, false, []quarantine.Incident{}, nil, nil, nil, nil, nil, nil)
	if len(shown) != oncall.Patience || err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("%v: %v", shown, err)
	}
}

func TestAListIsFiltered(t *testing.T) {
	t.Parallel()
	web, asked := contained("inc-1"), quarantine.Incident{ID: "inc-2", Resource: quarantine.Resource{ID: "i-2"}}
	web.Resource.ID, web.Described = "i-1", &quarantine.Described{Name: "Web page"}
	for want, f := range map[string]oncall.Filter{
		"inc-1 inc-2": {}, "inc-1": {Name: "web"}, "inc-2": {Resource: "i-2"}, "": {Name: "web", Resource: "i-2"},
		"inc-2 ": {Status: []string{"waiting", "failed"}}, "inc-1 ": {Status: []string{"contained"}},
	} {
		var got []string
		for _, i := range f.Of([]quarantine.Incident{web, asked}) {
			got = append(got, i.ID)
		}
		if strings.Join(got, " ") != strings.TrimSpace(want) {
			t.Errorf("%+v: %v", f, got)
		}
	}
}

func TestAnIncidentIsFoundByWhatItIsAbout(t *testing.T) {
	t.Parallel()
	var open []quarantine.Incident
	for n, name := range []string{"web", "worker", "worker"} {
		in := contained(fmt.Sprintf("inc-%d", n))
		in.Resource.ID, in.Described = fmt.Sprintf("i-%d", n), &quarantine.Described{Name: name}
		open = append(open, in)
	}
	for meant, want := range map[string]string{"i-1": "inc-1", "web": "inc-0"} {
		if got, err := oncall.About(open, meant); got != want || err != nil {
			t.Errorf("%s is %s: %v", meant, got, err)
		}
	}
	for _, meant := range []string{"", "we"} {
		if got, err := oncall.About(open, meant); got != "" || err != nil {
			t.Errorf("%q is %s: %v", meant, got, err)
		}
	}
	if _, err := oncall.About(open, "worker"); err == nil || !strings.Contains(err.Error(), "say which, inc-1, inc-2") {
		t.Errorf("%v", err)
	}
}
