package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// kept is the news that a person said no.
func (f facts) kept() (draft, error) {
	r, err := f.question()
	if err != nil {
		return draft{}, err
	}
	d := r.Decision
	if d == nil || d.Status() != quarantine.RequestDenied || d.By == "" {
		return draft{}, quarantine.Failf(quarantine.BadRequest,
			"the news says that a person refused request %q, and does not show who did", Clean(r.ID, maxName))
	}
	word, outcome := f.words.Undone, fmt.Sprintf("A person decided that %s is not %s.", f.what(), f.words.Past)
	if r.Purpose == quarantine.PurposeRelease {
		word, outcome = "QUARANTINE KEPT", fmt.Sprintf("A person decided that the quarantine of %s stays: nothing was released.", f.what())
	}
	return f.closed(r, draft{facts: f, subject: f.subject(word + " (a person decided)")}, word+". "+outcome), nil
}

// expired is the news that nobody answered.
func (f facts) expired() (draft, error) {
	r, err := f.question()
	if err != nil {
		return draft{}, err
	}
	if r.Decision != nil || slices.Contains([]quarantine.RequestStatus{quarantine.RequestApproved, quarantine.RequestNarrowed, quarantine.RequestDenied}, r.Status) {
		return draft{}, quarantine.Failf(quarantine.BadRequest,
			"the news says that nobody decided request %q, but somebody did", Clean(r.ID, maxName))
	}
	word, outcome := f.words.Undone, fmt.Sprintf("The question whether to "+f.words.Do+" has expired. %s.", f.what(), f.words.Ask.Nobody)
	if r.Purpose == quarantine.PurposeRelease {
		word, outcome = "QUARANTINE STAYS", fmt.Sprintf("The question whether to release %s has expired, so nothing was released.", f.what())
	}
	return f.closed(r, draft{facts: f, subject: f.subject("NOBODY DECIDED, " + word)}, "NOBODY DECIDED. "+outcome), nil
}

// closed completes the draft of a question that is one no more.
func (f facts) closed(r quarantine.ApprovalRequest, d draft, says string) draft {
	first := append([]line{say("%s", says)}, decidedLine(r.Decision)...)
	if r.Purpose == quarantine.PurposeRelease {
		first = append(first, f.stillCut()...)
	}
	d.parts = []part{
		told(append(first, f.about()...)...),
		toDo(append([][]line{f.ifFalseAlarm()}, f.closedSteps(r)...)...),
		f.cutPart(),
		f.furtherPart(),
		part{title: "The request", lines: f.request(r)}.elsewhere(),
		f.finding(),
		f.why(),
		f.look(),
	}
	return d
}

// stillCut says that the cut stands, or that this is not known.
func (f facts) stillCut() []line {
	if f.record.Incident == nil {
		return nil
	}
	return []line{say("%s", f.cutInEffect())}
}

// decidedLine says in a line who decided, how, when and why.
func decidedLine(d *quarantine.Decision) []line {
	if d == nil {
		return nil
	}
	text := "By " + Clean(d.By, maxQuoted) + via(d)
	if at := clock(d.At); at != "" {
		text += " at " + at
	}
	if d.Reason == "" {
		return []line{say("%s. No reason was given.", text)}
	}
	return []line{say("%s: %s", text, quoted(Clean(d.Reason, maxQuoted)))}
}

// via is through what somebody decided, after who, as far as it is known.
func via(d *quarantine.Decision) string {
	if d.Via == "" {
		return ""
	}
	return " through " + Clean(through(d.Via), maxName)
}

// through puts the ways of deciding into words.
func through(via string) string {
	switch via {
	case "link":
		return "the request's page"
	case "slack":
		return "Slack"
	case "cli":
		return "the command line"
	default:
		return via
	}
}

func (f facts) afterAll() string {
	return fmt.Sprintf("If it must be %s after all, do so.", f.words.Past)
}

func (f facts) closedSteps(r quarantine.ApprovalRequest) [][]line {
	switch {
	case r.Purpose == quarantine.PurposeRelease:
		return [][]line{
			{say("%s", f.words.Ask.Examine)},
			f.releaseStep(f.words.Ask.MayAgain),
			f.putBackSteps(),
		}
	case brake(r) != "":
		return append([][]line{
			{say("%s. %s If it must not be %s, exempt it in the policy.", kinds.Capital(f.words.Ask.Owner),
				f.byItself(fmt.Sprintf("The next finding of it is judged anew, and %s if that is within the limits by then.", f.words.DoesIt)),
				f.words.Short)},
		}, f.cutSteps(f.afterAll())...)
	default:
		return append([][]line{
			{say("%s. %s", kinds.Capital(f.words.Ask.Owner), f.anew())},
		}, f.cutSteps(f.afterAll())...)
	}
}
