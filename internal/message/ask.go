package message

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// asked is a question to a person, or a reminder of one.
func (f facts) asked() (draft, error) {
	r, err := f.question()
	if err != nil {
		return draft{}, err
	}
	if r.ID == "" {
		return draft{}, quarantine.Failf(quarantine.BadRequest,
			"the news asks a person and does not name the request, so nobody could answer")
	}
	if r.Decision != nil || r.Status != quarantine.RequestPending {
		return draft{}, quarantine.Failf(quarantine.BadRequest,
			"the news asks about request %q, which is %q: nobody can answer it any more", Clean(r.ID, maxName), Clean(string(r.Status), maxName))
	}
	return draft{facts: f, subject: f.subject("DECISION NEEDED (" + f.askedFor(r) + ")"),
		ask: &quarantine.MessageAsk{RequestID: Clean(r.ID, maxName), Link: f.page()}, parts: f.askedParts(r)}, nil
}

// askedParts are the whole question; a reminder says what it is about, what has changed since and
// how to decide.
func (f facts) askedParts(r quarantine.ApprovalRequest) []part {
	if r.Reminders > 0 {
		return []part{told(append(f.asking(r), f.sinceAsked(r))...), f.deciding(r)}
	}
	return []part{
		told(append(f.asking(r), f.about()...)...),
		f.deciding(r),
		{title: "Why you are asked", lines: f.braked(r), rank: open},
		{title: "What your answer does", lines: f.answers(r), rank: open},
		f.described(),
		f.cutToRelease(r),
		f.measuresToRelease(r),
		f.finding().elsewhere(), // the question's record has it
		f.why(),
		f.look(),
	}
}

// question is the request that the news is about. Errors: BadRequest without
// one, or for a purpose that nothing can be said of.
func (f facts) question() (quarantine.ApprovalRequest, error) {
	if f.Approval == nil {
		return quarantine.ApprovalRequest{}, quarantine.Failf(quarantine.BadRequest,
			"the news is of a question to a person, and does not show it")
	}
	switch f.Approval.Purpose {
	case quarantine.PurposeIsolate, quarantine.PurposeRelease:
		return *f.Approval, nil
	default:
		return quarantine.ApprovalRequest{}, quarantine.Failf(quarantine.BadRequest,
			"there is no question of purpose %q: the definition and the function may be of different versions",
			Clean(string(f.Approval.Purpose), maxName))
	}
}

// askedFor stands in the subject.
func (f facts) askedFor(r quarantine.ApprovalRequest) string {
	what := f.words.Title
	if r.Purpose == quarantine.PurposeRelease {
		what = "release"
	}
	if r.Reminders > 0 {
		what += fmt.Sprintf(", reminder %d", r.Reminders)
	}
	return what
}

func (f facts) asking(r quarantine.ApprovalRequest) []line {
	question := fmt.Sprintf("May %s be %s? %s for this finding.", f.what(), f.words.Past, f.words.Ask.Nothing)
	if r.Purpose == quarantine.PurposeRelease {
		question = fmt.Sprintf("May the quarantine of %s be lifted? Until somebody approves, nothing is released.", f.what())
	}
	until := ""
	if !r.ExpiresAt.IsZero() {
		until = " until " + clock(r.ExpiresAt)
	}
	return []line{say("DECISION NEEDED. %s", question), say("Without an answer%s, %s", until, f.silence(r))}
}

// sinceAsked is what a reminder adds: how often and since when it was asked, and what has changed.
func (f facts) sinceAsked(r quarantine.ApprovalRequest) line {
	changed := "what has changed since is not known"
	if in := f.record.Incident; in != nil {
		more, opened := 0, 0
		for _, one := range in.Findings {
			if one.At.After(r.AskedAt) {
				more++
			}
		}
		for _, d := range in.Drifted() {
			if d.Open() && d.LastAt.After(r.AskedAt) {
				opened++
			}
		}
		changed = "no finding has joined since"
		if more > 0 {
			changed = plural(more, "finding") + " joined since"
		}
		if opened > 0 {
			changed += fmt.Sprintf(", and the last look found %s of it not as it was put", plural(opened, "thing"))
		}
	}
	return say("Reminder %d of a question of %s: nobody has decided, and %s.", r.Reminders, known(clock(r.AskedAt), "a time that is not known"), changed)
}

// braked says why a person is asked where the policy alone would have cut.
func (f facts) braked(r quarantine.ApprovalRequest) []line {
	if why := given(r, quarantine.ReasonFalseAlarm); why != "" {
		return []line{f.but(why),
			say("If this is one too, deny. A yes %s this time; to be asked no more:", f.words.Acts),
			f.quarantine("list", "--false-alarms")}
	}
	why := brake(r)
	if why == "" {
		return nil
	}
	but := f.but(why)
	switch {
	case strings.Contains(why, quarantine.AskFirst):
		return append([]line{but}, f.behind()...)
	case strings.Contains(why, quarantine.TooManyNeighbours):
		return append([]line{but}, beyondNeighbours()...)
	case strings.Contains(why, quarantine.GroupIsHit):
		return append([]line{but}, membersAreHit()...)
	}
	return []line{
		but,
		say("So many cuts can be an outbreak, or the work of somebody who makes GuardDuty speak so that you cut yourself off. " +
			"Look at the other incidents first:"),
		f.quarantine("list"),
	}
}

func (f facts) but(why string) line {
	return say("The verdict is to %s without asking, but %s.", f.words.Act, Clean(strings.TrimSuffix(strings.TrimSuffix(why, "."), ownEnd), maxBrake))
}

// ownEnd is the end of the brake's reason, which a question need not say.
const ownEnd = ". Nothing was changed for it, and a person is asked"

// maxBrake bounds why a person is asked, in characters.
const maxBrake = 6 * columns

// behind leads to the subnets that lose their way out with the instance, if it is one.
func (f facts) behind() []line {
	if f.resource.ID == "" {
		return nil
	}
	return f.routedThrough("See which subnets are routed through it", "Name=route.instance-id,Values="+f.resource.ID)
}

// brake is the reason for which the brake holds the cut that the question is about, or "".
func brake(r quarantine.ApprovalRequest) string { return given(r, quarantine.ReasonBrake) }

// given is the reason of that name for a question whether to cut, or "".
func given(r quarantine.ApprovalRequest, name string) string {
	for _, reason := range r.Reasons {
		if reason.Name == name && r.Purpose == quarantine.PurposeIsolate {
			return reason.Text
		}
	}
	return ""
}

// answers say what each answer does; what comes of silence is in the first lines.
// beside is what a yes takes beyond the cut, each in a few words.
// narrowing is the answer between yes and no to a question whether to release, as far as the record
// has what it takes. Whether it is possible is said where it is given, when it is.
// silence is what comes of a question that nobody answers.
// onSilence is the question's own word, or else that of triage.
// deciding is how to: on the page, or by a command. The page's address is no line: channels that
// lay out get it as Message.Ask.
// request is what is on record of a question that is one no more.
// cutToRelease is what a release would lift, as far as it is on record.
func (f facts) cutToRelease(r quarantine.ApprovalRequest) part {
	p := part{title: f.words.Done}
	if r.Purpose == quarantine.PurposeRelease {
		p.lines = f.cutOnRecord()
	}
	return p
}

// measuresToRelease are the further measures that a release would take back.
func (f facts) measuresToRelease(r quarantine.ApprovalRequest) part {
	if r.Purpose != quarantine.PurposeRelease {
		return part{}
	}
	return f.furtherPart()
}
