package democheck_test

import (
	"context"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	originalACL   = "acl-0aaaaaaaaaaaaaaaa"
	quarantineACL = "acl-0bbbbbbbbbbbbbbbb"
	incident      = "inc-20260203-0123456789"
	execution     = "arn:aws:states:eu-west-1:111122223333:execution:quarantine:one"
)

var demo = democheck.Demo{
	Stack:  "quarantine-demo",
	Target: quarantine.Target{AccountID: "111122223333", Region: "eu-west-1", InstanceID: "i-0123456789abcdef0"},
	VPCID:  "vpc-0123456789abcdef0", SubnetID: "subnet-0123456789abcdef0", URL: "http://203.0.113.10/",
}

// world is an account in which things happen at times after its start. The
// times are those of a synctest bubble.
type world struct {
	start time.Time
	// After its start: when the page begins to answer, and when it ends to; when
	// the finding comes, the ACL stands and is on record, and the evidence is
	// complete; when the release is over. Zero is from the start, never is not.
	pageUp, pageDown, finding, cut, evidence, released time.Duration

	refuses    bool                      // the page's port, instead of falling silent
	state      string                    // the instance's; "" is running
	allows     int                       // rules that somebody added to the quarantine ACL
	cutStatus  quarantine.Status         // what the lock says from the finding on; "" is the right thing
	failing    quarantine.EvidenceStatus // what the evidence comes to; "" is complete
	question   string
	again      bool // a second finding after the release
	recordsErr func(since time.Duration) error

	started  int    // drills
	drillEnd string // how a drill's execution ends without an incident
}

const never = 1000 * time.Hour

func newWorld() *world {
	return &world{start: time.Now(), pageDown: never, finding: never, cut: never, evidence: never, released: never}
}

// quarantined is a world in which the finding comes after a time and everything
// goes as it should: cut 3 s later, complete 90 s later.
func quarantined(after time.Duration) *world {
	w := newWorld()
	w.finding, w.cut, w.pageDown, w.evidence = after, after+3*time.Second, after+3*time.Second, after+93*time.Second
	return w
}

func (w *world) since(d time.Duration) bool { return time.Since(w.start) >= d }

// check is a run over the world that notes what it tells.
func (w *world) check() (*democheck.Check, *told) {
	t := &told{}
	return &democheck.Check{
		Demo: demo, Page: w, EC2: w, Records: w, Timeout: 45 * time.Minute, Flags: "--table T",
		Tell:    func(s democheck.Step) { t.steps = append(t.steps, s) },
		Waiting: func(_ time.Duration, what string) { t.waits = append(t.waits, what) },
	}, t
}

type told struct {
	steps []democheck.Step
	waits []string
}

func (w *world) Get(ctx context.Context) democheck.Answer {
	if w.refuses && w.since(w.pageDown) {
		return democheck.Answer{Why: "connection refused"}
	}
	if w.since(w.released) || (w.since(w.pageUp) && !w.since(w.pageDown)) {
		return democheck.Answer{Status: http.StatusOK}
	}
	select { // packets are dropped: nothing says no
	case <-ctx.Done():
	case <-time.After(3 * time.Second):
	}
	return democheck.Answer{Silent: true, Why: "timed out"}
}

func (w *world) Instance(context.Context, string) (quarantine.Instance, error) {
	i := quarantine.Instance{ID: demo.Target.InstanceID, State: "running"}
	if w.state != "" {
		i.State = w.state
	}
	return i, nil
}

func (w *world) NetworkACLs(context.Context, string) ([]quarantine.NetworkACL, error) {
	on := []quarantine.Association{{ID: "aclassoc-1", SubnetID: demo.SubnetID}}
	open := quarantine.NetworkACL{ID: originalACL, Default: true, Allows: 2}
	ours := quarantine.NetworkACL{ID: quarantineACL, Tags: map[string]string{quarantine.TagProduct: quarantine.Product}, Allows: w.allows}
	if w.since(w.cut) && (w.again || !w.since(w.released)) {
		ours.Associations = on
	} else {
		open.Associations = on
	}
	return []quarantine.NetworkACL{open, ours}, nil
}

func (w *world) Case(context.Context) (democheck.Case, error) {
	if w.recordsErr != nil {
		if err := w.recordsErr(time.Since(w.start)); err != nil {
			return democheck.Case{}, err
		}
	}
	switch {
	case w.since(w.released) && w.again:
		return democheck.Case{Incident: "inc-20260203-aaaaaaaaaa", Status: quarantine.StatusContained, Owner: execution + "-again"}, nil
	case w.since(w.released):
		return democheck.Case{Status: quarantine.StatusReleased, Owner: execution}, nil
	case !w.since(w.finding):
		return democheck.Case{}, nil
	}
	c := democheck.Case{Incident: incident, Status: quarantine.StatusIsolating, Owner: execution}
	if w.cutStatus != "" {
		c.Status = w.cutStatus
	}
	if !w.since(w.cut) {
		return c, nil
	}
	c.Status, c.FindingAt, c.VerifiedAt, c.OriginalACL = quarantine.StatusContained, w.start.Add(w.finding), w.start.Add(w.cut), originalACL
	c.Evidence = quarantine.EvidencePending
	if w.since(w.evidence) {
		c.Evidence = quarantine.EvidenceComplete
		if w.failing != "" {
			c.Evidence = w.failing
		}
	}
	return c, nil
}

func (w *world) Question(context.Context) (string, error) { return w.question, nil }

func (w *world) Latest(context.Context) (string, error) {
	if !w.since(w.finding) {
		return "", nil
	}
	return incident, nil
}

func (w *world) Release(context.Context, string) (*quarantine.Release, error) {
	if !w.since(w.released) {
		return nil, nil
	}
	return &quarantine.Release{Incident: incident, By: "somebody", Reason: "rebuilt",
		Subnets: []quarantine.ReleasedSubnet{{SubnetID: demo.SubnetID, Outcome: quarantine.Restored, Recorded: originalACL}}}, nil
}

// Start is a drill's.
func (w *world) Start(context.Context) (string, error) {
	w.started++
	if w.drillEnd == "" {
		now := time.Since(w.start)
		w.finding, w.cut, w.pageDown, w.evidence = now+time.Second, now+4*time.Second, now+4*time.Second, now+90*time.Second
	}
	return execution, nil
}

func (w *world) Ended(context.Context, string) (string, error) { return w.drillEnd, nil }
