package democheck

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Intervals and limits of the steps. Waiting for GuardDuty is limited by Check.Timeout only.
const (
	often, seldom = time.Second, 2 * time.Second

	bootLimit = 5 * time.Minute  // until the instance has booted and its user data has run
	cutLimit  = 10 * time.Minute // an isolation with all its retries and a lease
	pageLimit = 2 * time.Minute  // until the page follows the cut or its end
)

// silences is the number of successive unanswered requests after which the page
// counts as unreachable: a single request can get lost.
const silences = 2

// Reachable waits until the page answers. Errors: *StuckError.
func (c *Check) Reachable(ctx context.Context) error {
	c.report = Report{Demo: c.Demo, StartedAt: time.Now().UTC(), Steps: []Step{}}
	_, err := c.run(ctx, []step{c.pageAnswers(PageReachable, bootLimit)})
	return err
}

// Follow follows a quarantine of the demo. It skips steps that happened before, so
// that an interrupted run can be repeated. Errors: *StuckError; without one, every
// step was seen or skipped.
func (c *Check) Follow(ctx context.Context) (Report, error) {
	c.report = Report{Demo: c.Demo, StartedAt: time.Now().UTC(), Steps: []Step{}}
	before, err := c.Records.Case(ctx)
	if err != nil {
		return c.report, err
	}
	steps := []step{c.findingSeen(before), c.cutInEffect(), c.pageSilent(), c.evidence()}
	switch {
	case before.Status == quarantine.StatusReleasing:
		return c.report, &StuckError{Step: PageReachable, Outcome: Failed, Why: before.Incident + " is being released",
			Advice: "Follow that: " + c.Again("--released")}
	case before.open():
		c.end(PageReachable, Skipped, fmt.Sprintf("%s is %s already: the page was not asked before the cut", before.Incident, before.Status))
	default:
		steps = append([]step{c.pageAnswers(PageReachable, bootLimit)}, steps...)
	}
	return c.run(ctx, steps)
}

// pageAnswers waits until the page answers.
func (c *Check) pageAnswers(name Name, limit time.Duration) step {
	return step{
		name: name, waiting: "the page " + c.Demo.URL, every: often, limit: limit,
		advice: func() string {
			return "Look whether the instance runs and has booted (" + c.aws("ec2", "get-console-output", "--latest", "--instance-id", c.Demo.Resource.ID) +
				"), whether its security group lets you in on port 80 (the parameter VisitorCidr), and whether your own network lets you out to it: the page is asked without a proxy"
		},
		look: func(ctx context.Context) (string, bool, error) {
			answer := c.Page.Get(ctx)
			return answer.words(), answer.Status == http.StatusOK, nil
		},
	}
}

// findingSeen waits until the ledger has a new incident of the instance.
func (c *Check) findingSeen(before Case) step {
	s := step{
		name: FindingSeen, every: seldom,
		waiting: "a finding of GuardDuty's about " + c.Demo.Resource.ID,
		advice: func() string {
			return "Look whether GuardDuty is on in this account and region (" + c.aws("guardduty", "list-detectors") + ") and has a finding about the instance, whether the stack's rule has started " +
				"an execution, and what that made of it. Not to wait for GuardDuty: " + c.Again("--finding-now")
		},
		remind: c.questions,
	}
	if c.Drill != nil && !before.open() {
		s.waiting, s.every = "the drill's execution to take the lock", often
		s.advice = func() string { return "Look at the execution: " + c.Command("history", c.report.Drill) }
	}
	s.look = func(ctx context.Context) (string, bool, error) {
		if err := c.drill(ctx, before); err != nil {
			return "", false, err
		}
		now, err := c.Records.Case(ctx)
		if err != nil {
			return "", false, err
		}
		news := now.open() || now.Owner != before.Owner // a new owner: an isolation started and failed between two looks
		if now.Incident == "" || !news || now.Status == quarantine.StatusReleased {
			return "", false, c.drillEnded(ctx)
		}
		c.report.Incident = now.Incident
		c.report.finding(now.FindingAt)
		return fmt.Sprintf("%s is %s, by %s", now.Incident, now.Status, now.Owner), true, nil
	}
	return s
}

// questions says that an approval request is pending: nothing happens until a person
// answers it.
func (c *Check) questions(ctx context.Context) string {
	id, err := c.Records.Question(ctx)
	if err != nil || id == "" {
		return ""
	}
	return "; a person is asked first: " + c.Command("approve", id)
}

// drill starts the drill once, unless there is an open incident to follow.
func (c *Check) drill(ctx context.Context, before Case) error {
	if c.Drill == nil || c.report.Drill != "" || before.open() {
		return nil
	}
	execution, err := c.Drill.Start(ctx)
	c.report.Drill = execution
	return err
}

// drillEnded returns an error if the drill's execution has ended without an incident.
func (c *Check) drillEnded(ctx context.Context) error {
	if c.report.Drill == "" {
		return nil
	}
	how, err := c.Drill.Ended(ctx, c.report.Drill)
	if err != nil || how == "" {
		return err
	}
	if now, err := c.Records.Case(ctx); err != nil || now.open() {
		return err // the execution has taken the lock since the last read
	}
	return &StuckError{Step: FindingSeen, Outcome: Failed, Why: "the drill's execution " + how + " and has cut nothing off",
		Advice: "As its policy says: it can have this observed, exempt, or only told. What it did: " + c.Command("history", c.report.Drill)}
}

// pageSilent waits until the page does not answer any more, and checks that the
// instance still runs, so that isolation is the reason.
func (c *Check) pageSilent() step {
	silent := 0
	return step{
		name: PageUnreachable, waiting: "the page to fall silent", every: often, limit: pageLimit,
		advice: func() string {
			return "The cut stands on " + c.Demo.SubnetID + ", and something answers all the same: look whether " + c.Demo.URL +
				" is really that instance, without anything in between. Until then the cut is not shown"
		},
		look: func(ctx context.Context) (string, bool, error) {
			answer := c.Page.Get(ctx)
			if !answer.Silent {
				silent = 0
				return answer.words(), false, nil
			}
			if silent++; silent < silences {
				return answer.words(), false, nil
			}
			instance, err := c.EC2.Instance(ctx, c.Demo.Resource)
			if err != nil {
				return answer.words(), false, err
			}
			if instance.State != "running" {
				return "", false, &StuckError{Step: PageUnreachable, Outcome: Failed, Why: "nothing answers, but the instance is " + instance.State,
					Advice: "That shows nothing of the cut: start the instance and run the check again"}
			}
			return "the instance is running, and " + answer.words(), true, nil
		},
	}
}

// evidence waits until the snapshots are complete.
func (c *Check) evidence() step {
	return step{
		name: EvidenceTaken, waiting: "the snapshots to complete", every: seldom,
		advice: func() string {
			return "The cut stands all the same. Where they are: " + c.Command("show", c.report.Incident)
		},
		look: func(ctx context.Context) (string, bool, error) {
			now, err := c.Records.Case(ctx)
			if err != nil {
				return "", false, err
			}
			c.report.finding(now.FindingAt)
			if now.Evidence == quarantine.EvidenceStatusFailed {
				return "", false, &StuckError{Step: EvidenceTaken, Outcome: Failed, Why: "not all of the evidence could be taken",
					Advice: "The cut stands all the same. The reasons: " + c.Command("show", c.report.Incident)}
			}
			return "", now.Evidence == quarantine.EvidenceComplete, nil
		},
	}
}
