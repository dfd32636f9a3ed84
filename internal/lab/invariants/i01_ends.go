package invariants

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// ending says what must hold if an execution ends in a state.
type ending struct {
	red bool
	// refused says that a red end is an answer to who asked, and no trouble.
	refused bool
	// told are kinds of message: a channel must have accepted one of them.
	told []quarantine.MessageKind
	// untold are kinds of message: at least one of them must not have been accepted by any
	// channel, because the state says that nobody was told.
	untold []quarantine.MessageKind
	// elsewhere checks what another execution or a record must show; it returns what is wrong, or "".
	elsewhere func(*check, history.Execution) string
}

func kinds(k ...quarantine.MessageKind) []quarantine.MessageKind { return k }

// endings are all end states, by state machine and state.
var endings = map[string]map[string]ending{
	"quarantine": {
		state.Contained:        {told: kinds(quarantine.KindContained)},
		state.Joined:           {elsewhere: (*check).joined},
		state.Told:             {told: kinds(quarantine.KindToldOnly, quarantine.KindAskingFailed)},
		state.Observed:         {told: kinds(quarantine.KindObserved), elsewhere: (*check).observedOnly},
		state.Ignored:          {elsewhere: (*check).recorded},
		state.FannedOut:        {elsewhere: (*check).fannedOut},
		state.LeftUncut:        {told: kinds(quarantine.KindKept, quarantine.KindApprovalExpired)},
		state.AwaitingDecision: {elsewhere: (*check).awaiting},

		state.MalformedEvent:          {red: true, told: kinds(quarantine.KindMalformed)},
		state.MalformedUntold:         {red: true, untold: kinds(quarantine.KindMalformed)},
		state.TriageFailed:            {red: true, told: kinds(quarantine.KindContainmentFailed)},
		state.ContainmentFailed:       {red: true, told: kinds(quarantine.KindContainmentFailed)},
		state.ContainmentFailedUntold: {red: true, untold: kinds(quarantine.KindContainmentFailed)},
		state.EvidenceFailed:          {red: true, elsewhere: triedToTell(quarantine.KindEvidenceFailed)},
		state.MeasureFailed:           {red: true, elsewhere: triedToTell(quarantine.KindMeasureFailed)},
		state.ContainedButUntold:      {red: true, untold: kinds(quarantine.KindContained, quarantine.KindEvidenceComplete, quarantine.KindMeasureFailed)},
		state.Untold: {red: true, untold: kinds(quarantine.KindToldOnly, quarantine.KindAskingFailed, quarantine.KindKept,
			quarantine.KindApprovalExpired, quarantine.KindObserved)},
		state.FanOutIncomplete: {red: true, elsewhere: (*check).fannedOut},
	},
	"quarantine-approval": {
		state.NothingToRelease: {elsewhere: nested("quarantine", history.StatusSucceeded, "")},
		state.Kept:             {told: kinds(quarantine.KindKept)},
		state.KeptInSilence:    {told: kinds(quarantine.KindApprovalExpired)},
		state.Released:         {elsewhere: nested("quarantine-release", history.StatusSucceeded, "")},

		state.ContainFailed:  {red: true, elsewhere: nested("quarantine", history.StatusFailed, quarantine.KindContainmentFailed)},
		state.ReleaseNotDone: {red: true, elsewhere: nested("quarantine-release", history.StatusFailed, quarantine.KindReleaseFailed)},
		state.KeptUntold:     {red: true, untold: kinds(quarantine.KindKept, quarantine.KindApprovalExpired)},
		state.AskingFailed:   {red: true, elsewhere: triedToTell(quarantine.KindAskingFailed)},
	},
	"quarantine-release": {
		state.Released:            {told: kinds(quarantine.KindReleased)},
		state.ReleasedUntold:      {red: true, untold: kinds(quarantine.KindReleased)},
		state.ReleaseFailed:       {red: true, told: kinds(quarantine.KindReleaseFailed)},
		state.ReleaseFailedUntold: {red: true, untold: kinds(quarantine.KindReleaseFailed)},
		state.Narrowed:            {told: kinds(quarantine.KindNarrowed)},
		state.NarrowedUntold:      {red: true, untold: kinds(quarantine.KindNarrowed)},
		state.NotNarrowed:         {red: true, refused: true, elsewhere: (*check).staysCut},
		state.NarrowFailed:        {red: true, told: kinds(quarantine.KindNarrowFailed)},
		state.NarrowFailedUntold:  {red: true, untold: kinds(quarantine.KindNarrowFailed)},
	},
	"quarantine-watch": {
		state.Looked:      {},
		state.NotPutRight: {red: true},
		state.NotSeen:     {red: true},
		state.LookFailed:  {red: true},
	},
}

// everyFindingEnds is I1: no finding disappears.
func (c *check) everyFindingEnds() {
	for _, e := range c.r.Executions {
		if e.Status != history.StatusSucceeded && e.Status != history.StatusFailed {
			c.breaks("I1", "%s did not end: it is %s in %s", e.Name, e.Status, end(e))
			continue
		}
		must, known := endings[e.Machine][end(e)]
		if !known {
			c.breaks("I1", "%s ended in %q of %s, which is no end: %s: %s", e.Name, end(e), e.Machine, e.Error, e.Cause)
			continue
		}
		c.endsAs(e, must)
	}
}

func (c *check) endsAs(e history.Execution, must ending) {
	if red := e.Status == history.StatusFailed; red != must.red {
		c.breaks("I1", "%s ended in %s and is %s", e.Name, end(e), e.Status)
	}
	if must.red && !must.refused && !c.w.Troubled && !c.malformed(e) {
		c.breaks("I1", "%s ended in %s though nothing was wrong: %s", e.Name, end(e), e.Cause)
	}
	if len(must.told) > 0 && !slices.ContainsFunc(must.told, func(k quarantine.MessageKind) bool { return c.told(e.Name, k) }) {
		c.breaks("I1", "%s ended in %s and nobody was told %s", e.Name, end(e), must.told)
	}
	if len(must.untold) > 0 && !answerLost(e) && !slices.ContainsFunc(must.untold, func(k quarantine.MessageKind) bool { return !c.told(e.Name, k) }) {
		c.breaks("I1", "%s ended in %s, and people were told %s", e.Name, end(e), must.untold)
	}
	if must.elsewhere != nil {
		if wrong := must.elsewhere(c, e); wrong != "" {
			c.breaks("I1", "%s ended in %s, and %s", e.Name, end(e), wrong)
		}
	}
}

// malformed reports whether an execution ended because its event, or that of the execution
// that it waited for, cannot be parsed.
func (c *check) malformed(e history.Execution) bool {
	return end(e) == state.MalformedEvent || end(e) == state.ContainFailed && slices.ContainsFunc(c.startedBy(e), c.malformed)
}

// answerLost reports whether the state machine lost a function's answer: the task timed
// out, or the process or the connection ended. The state machine then does not know what
// the function did, and cannot say whether people were told.
func answerLost(e history.Execution) bool {
	return slices.ContainsFunc(e.History, func(event history.Event) bool {
		p := event.TaskFailed
		return event.TaskTimedOut != nil ||
			p != nil && p.ResourceType == "lambda" && (strings.Contains(p.Error, ".") || p.Error == quarantine.Unexpected)
	})
}

// told reports whether a channel accepted a message of that kind that names the execution.
func (c *check) told(execution string, kind quarantine.MessageKind) bool {
	return slices.ContainsFunc(c.r.Sent, func(s simulate.Sending) bool {
		return s.Taken && s.Execution == execution && s.Kind == string(kind) && strings.Contains(s.Text, execution)
	})
}
