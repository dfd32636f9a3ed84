package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The checks of the way in.
const (
	idDetector  = "detector.on"
	idFrequency = "detector.frequency"
	idRule      = "rule.enabled"
	idTarget    = "rule.target"
	idPattern   = "rule.pattern"
	idLetters   = "rule.dead-letters"
	idLost      = "queue.empty"
)

// Frequencies of a detector, of which the first and the last are told.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
const (
	fifteenMinutes = "FIFTEEN_MINUTES"
	sixHours       = "SIX_HOURS"
)

func (n *reading) detector(ctx context.Context) []preflight.Check {
	ids, err := n.Detectors.Detectors(ctx)
	switch {
	case err != nil:
		return []preflight.Check{unread(preflight.Detection, idDetector, n.Region, err)}
	case len(ids) == 0:
		return []preflight.Check{check(preflight.Detection, idDetector, n.Region, preflight.Red,
			"GuardDuty is off in "+n.Region+": nothing is found, and nothing is contained.",
			"Switch it on: "+n.aws("guardduty", "create-detector", "--enable", "--finding-publishing-frequency", fifteenMinutes))}
	}
	d, err := n.Detectors.Detector(ctx, ids[0])
	switch {
	case err != nil:
		return []preflight.Check{unread(preflight.Detection, idDetector, ids[0], err)}
	case !d.On:
		return []preflight.Check{check(preflight.Detection, idDetector, ids[0], preflight.Red,
			"The detector is suspended: nothing is found, and nothing is contained.",
			"Switch it on: "+n.aws("guardduty", "update-detector", "--detector-id", ids[0], "--enable"))}
	}
	often := check(preflight.Detection, idFrequency, ids[0], preflight.Green, "A repeated finding is sent again after "+words(d.Frequency)+".", "")
	if d.Frequency == sixHours {
		often = check(preflight.Detection, idFrequency, ids[0], preflight.Yellow,
			"A repeated finding is sent again after six hours only: that an instance goes on after a release, or after a containment that failed, is known that late.",
			"Have it sent sooner, in the administrator's account where there is one: "+n.aws("guardduty", "update-detector", "--detector-id", ids[0], "--finding-publishing-frequency", fifteenMinutes))
	}
	return []preflight.Check{check(preflight.Detection, idDetector, ids[0], preflight.Green, "GuardDuty is on in "+n.Region+".", ""), often}
}

func words(frequency string) string {
	switch frequency {
	case fifteenMinutes:
		return "15 minutes"
	case "ONE_HOUR":
		return "an hour"
	}
	return frequency
}

func (n *reading) rule(ctx context.Context) []preflight.Check {
	name := n.Stack.Rule
	const again = "Deploy the stack again: CloudFormation puts back only what the template changes, so delete what was changed by hand first, or put it right by hand."
	rule, err := n.Rules.Rule(ctx, name)
	switch {
	case quarantine.Is(err, quarantine.ThingGone):
		return []preflight.Check{check(preflight.Detection, idRule, name, preflight.Red, "The rule that takes findings is gone: no finding starts anything.", again)}
	case err != nil:
		return []preflight.Check{unread(preflight.Detection, idRule, name, err)}
	}
	on := check(preflight.Detection, idRule, name, preflight.Green, "The rule that takes findings is enabled.", "")
	if !rule.Enabled {
		on = check(preflight.Detection, idRule, name, preflight.Red, "The rule that takes findings is disabled: no finding starts anything.",
			"Enable it: "+n.aws("events", "enable-rule", "--name", name))
	}
	at := slices.IndexFunc(rule.Targets, func(t preflight.RuleTarget) bool { return t.ARN == n.Stack.Machine })
	if at < 0 {
		return []preflight.Check{on, n.pattern(ctx, rule), check(preflight.Detection, idTarget, name, preflight.Red,
			"The rule does not hand findings to the state machine "+n.Stack.Machine+".", "See what it has: "+n.aws("events", "list-targets-by-rule", "--rule", name)+". "+again)}
	}
	target := check(preflight.Detection, idTarget, name, preflight.Green, "The rule hands findings to the state machine of the stack.", "")
	letters := check(preflight.Detection, idLetters, name, preflight.Green, "What the rule cannot hand over goes to a queue of dead letters.", "")
	if rule.Targets[at].DeadLetters == "" {
		letters = check(preflight.Detection, idLetters, name, preflight.Red, "What the rule cannot hand over in 24 hours is lost: its target has no queue of dead letters.", again)
	}
	return []preflight.Check{on, n.pattern(ctx, rule), target, letters}
}

// pattern has EventBridge itself say whether a finding of this account would fit.
func (n *reading) pattern(ctx context.Context, rule preflight.Rule) preflight.Check {
	fits, err := n.Rules.Matches(ctx, rule.Pattern, n.sample())
	switch {
	case err != nil:
		return unread(preflight.Detection, idPattern, n.Stack.Rule, err)
	case !fits:
		return check(preflight.Detection, idPattern, n.Stack.Rule, preflight.Red,
			"EventBridge says that the rule's pattern does not match a finding of account "+n.Account+".",
			"See the pattern: "+n.aws("events", "describe-rule", "--name", n.Stack.Rule)+". Where MonitoredAccounts is set, it has to name this account; else deploy the stack again.")
	}
	return check(preflight.Detection, idPattern, n.Stack.Rule, preflight.Green, "EventBridge says that the rule's pattern matches a finding of account "+n.Account+".", "")
}

// sample is an event as EventBridge delivers a finding, with what rules can match.
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-guardduty.html
func (n *reading) sample() string {
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": "c0ffee00-0000-4000-8000-000000000000", "detail-type": "GuardDuty Finding", "source": "aws.guardduty",
		"account": n.Account, "time": n.Clock.Now().UTC().Format("2006-01-02T15:04:05Z"), "region": n.Region, "resources": []string{},
		"detail": map[string]any{
			"schemaVersion": "2.0", "accountId": n.Account, "region": n.Region, "id": "00000000000000000000000000000000",
			"type": "Backdoor:EC2/C&CActivity.B!DNS", "severity": 8,
			"resource": map[string]any{"resourceType": "Instance", "instanceDetails": map[string]any{"instanceId": "i-99999999"}},
		},
	})
	if err != nil {
		panic(err) // it is made of text
	}
	return string(text)
}

func (n *reading) deadLetters(ctx context.Context) []preflight.Check {
	return []preflight.Check{
		n.queue(ctx, n.Stack.DeadLetters, preflight.Red, "findings could not be handed over, and what they are about is not contained",
			"Read why, mend that, and redrive them, as DeadLetters in docs/runbook.md says: "),
		n.queue(ctx, n.Stack.WatchDeadLetters, preflight.Yellow, "looks of the watch could not be started; the next one sees the same",
			"Read why, as WatchNotStarted in docs/runbook.md says: "),
	}
}

func (n *reading) queue(ctx context.Context, url string, worst preflight.State, meaning, remedy string) preflight.Check {
	held, err := n.Queues.Messages(ctx, url)
	switch {
	case quarantine.Is(err, quarantine.ThingGone):
		return check(preflight.Detection, idLost, url, preflight.Red, "The queue of dead letters is gone: what cannot be handed over is lost.", "Deploy the stack anew: a queue that was deleted by hand is not made again by an update.")
	case err != nil:
		return unread(preflight.Detection, idLost, url, err)
	case held > 0:
		return check(preflight.Detection, idLost, url, worst, fmt.Sprintf("About %d dead letters: %s.", held, meaning),
			remedy+n.aws("sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10", "--visibility-timeout", "0", "--message-attribute-names", "All"))
	}
	return check(preflight.Detection, idLost, url, preflight.Green, "The queue of dead letters is empty.", "")
}
