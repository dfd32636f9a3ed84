package message

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// noIncident is the news that what was to be released, or narrowed, is no incident: of nothing else is
// anything known, and nothing was done.
func (f facts) noIncident(word string) draft {
	id := Clean(f.incident(), maxName)
	f.record.Unread = nil // the message says it
	return draft{facts: f, subject: Clean(fmt.Sprintf("%s (no such incident): %s", word, id), maxSubject), parts: []part{
		told(say("%s. There is no incident %s on record: nothing was done.", word, id)),
		toDo([]line{say("Compare the id with those that are on record, in the ledger that you meant:"), f.quarantine("list", "--all")}),
		f.wrong(),
		{title: "Where to look", links: f.links()},
	}}
}

// releaseFailed is bad news, and needs nothing to be told.
func (f facts) releaseFailed() draft {
	if f.record.unknown() {
		return f.noIncident("NOT RELEASED")
	}
	return draft{facts: f, subject: f.subject("NOT RELEASED (" + f.fault.label() + ")"), parts: []part{
		told(slices.Concat([]line{say("NOT RELEASED. The quarantine of %s could not be lifted, or not everywhere: %s.", f.what(), f.words.Release.NotReleased)}, decidedLine(f.decision()), f.about())...),
		toDo(f.releaseHint(), f.tryAgain(), f.restoreByHand()),
		f.wrong(),
		f.cutPart(),
		f.furtherPart(),
		f.finding(),
		f.look(),
	}}
}

// releaseHints are those of errors that mean something else in a release; %s is the resource's noun.
var releaseHints = map[string]string{
	quarantine.LockLost: "Another execution has the %s's lock: it isolates it again, or releases it too. " +
		"Look at its incidents before anything else:",
	quarantine.BadRequest: "The ledger does not know the incident, or a function was given input that it cannot work with. " +
		"Compare its id with those that are on record:",
	quarantine.Contended: "A new finding, another release or infrastructure as code changes the same things at the same time. " +
		"Find out which, and release once it is over.",
	quarantine.NotVerified: "Something was put back, but reading it back did not show it. " +
		"Look at what is still held before anything else.",
}

// releaseCommands are the commands that they end with.
var releaseCommands = map[string]string{quarantine.LockLost: "list", quarantine.BadRequest: "list"}

func (f facts) releaseHint() []line {
	if text, ok := releaseHints[f.fault.name]; ok {
		return append([]line{say("%s", strings.ReplaceAll(text, "%s", f.words.Noun))}, f.commandAfter(releaseCommands)...)
	}
	return f.hint()
}

func (f facts) tryAgain() []line {
	return f.releaseStep("Once the cause is gone, release again. What was done already is not done twice:")
}

// releaseStep is empty where no incident is known.
func (f facts) releaseStep(first string) []line {
	if f.incident() == "" {
		return nil
	}
	return []line{say("%s", first), f.quarantine("release", f.incident())}
}

// restoreByHand puts everything back without the product; where the ledger was not read, the
// subnets that are known.
func (f facts) restoreByHand() []line {
	if len(f.holds()) > 0 {
		return f.putBackSteps()
	}
	return f.handy(putBackFirst, f.byHand(putBackFirst, f.words.Cut.UndoByHand(f.namedThings())))
}

// putBackFirst comes before the steps that put things back by hand.
const putBackFirst = "If it cannot wait, put it back by hand."
