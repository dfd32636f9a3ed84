package message

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
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
		f.finding(),
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
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
func (f facts) behind() []line {
	if f.resource.ID == "" {
		return nil
	}
	return []line{
		say("See which subnets are routed through it:"),
		f.aws("ec2 describe-route-tables", "--filters", arg("Name=route.instance-id,Values="+f.resource.ID),
			"--query", arg("RouteTables[].Associations[].SubnetId"), "--output", "text"),
	}
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
func (f facts) answers(r quarantine.ApprovalRequest) []line {
	approve := fmt.Sprintf("%s %sEvidence is taken after that.", f.words.Ask.Approve, f.uncounted(r))
	deny := "the " + f.words.Noun + " is left as it is, which is put on record and told."
	if r.Purpose == quarantine.PurposeRelease {
		approve = f.words.Ask.PutBack +
			" What another incident holds stays as it is; what somebody changed by hand is left alone."
		deny = "the quarantine stays, until somebody releases it on the command line."
	}
	out := append(labelled("Approve", approve), labelled("And", f.beside(r))...)
	out = append(out, f.narrowing(r)...)
	return append(out, labelled("Deny", deny+" The first answer counts.")...)
}

// beside is what a yes takes beyond the cut, each in a few words.
func (f facts) beside(r quarantine.ApprovalRequest) string {
	var does []string
	for _, name := range r.Measures {
		m := register.Named(Clean(name, maxName))
		does = append(does, known(m.InShort, Clean(m.Does, maxQuoted)))
	}
	if len(does) == 0 {
		return ""
	}
	return "it " + list(does) + "."
}

// narrowing is the answer between yes and no to a question whether to release, as far as the record
// has what it takes. Whether it is possible is said where it is given, when it is.
func (f facts) narrowing(r quarantine.ApprovalRequest) []line {
	in := f.record.Incident
	if r.Purpose != quarantine.PurposeRelease || in == nil || len(in.HeldQuarantines()) == 0 || len(in.HoldsOf(securitygroup.Info().Name)) == 0 {
		return nil
	}
	return labelled("Narrow", "once its security group has held the instance for ten minutes, the subnets alone can be given back: "+
		"the instance stays contained by the group, and this is asked again.")
}

// silence is what comes of a question that nobody answers.
func (f facts) silence(r quarantine.ApprovalRequest) string {
	switch {
	case r.Purpose == quarantine.PurposeRelease:
		return "the quarantine stays, and people are told."
	case f.onSilence() == quarantine.ActionIsolate:
		return "it is " + f.words.Past + " as if somebody had approved, because the policy says so."
	case brake(r) != "":
		return "the " + f.words.Noun + " is left as it is, and people are told: beyond the limits, silence never cuts."
	default:
		return "the " + f.words.Noun + " is left as it is, and people are told."
	}
}

// onSilence is the question's own word, or else that of triage.
func (f facts) onSilence() quarantine.Action {
	switch {
	case f.Approval != nil && f.Approval.OnSilence != "":
		return f.Approval.OnSilence
	case f.Triage != nil:
		return f.Triage.OnSilence
	default:
		return ""
	}
}

// deciding is how to: on the page, or by a command. The page's address is no line: channels that
// lay out get it as Message.Ask.
func (f facts) deciding(r quarantine.ApprovalRequest) part {
	p := part{title: nowTitle, rank: now}
	how := "Decide by command, with AWS credentials, whose identity is kept:"
	switch u := f.page(); {
	case u != "":
		how = "Decide on its page (who has its secret address can decide), or by command:"
		p.links = []quarantine.Link{{Label: "Decide here", URL: u}}
	case f.Unlinked != "":
		how = fmt.Sprintf("There is no link to the request's page, as it could not be signed (%s). Decide by command:", Clean(f.Unlinked, maxQuoted))
	}
	p.lines = append([]line{say("%s", how)}, f.byCommand(r)...)
	return p
}

func (f facts) byCommand(r quarantine.ApprovalRequest) []line {
	out := []line{f.quarantine("approve", r.ID), f.quarantine("deny", r.ID)}
	if len(f.narrowing(r)) > 0 && r.Reminders == 0 {
		out = append(out, f.quarantine("narrow", f.incident()))
	}
	return out
}

// request is what is on record of a question that is one no more.
func (f facts) request(r quarantine.ApprovalRequest) []line {
	asked := clock(r.AskedAt)
	if through := list(r.Asked); through != "" {
		asked += " through " + through
	}
	out := append(labelled("Request", Clean(r.ID, maxName)), labelled("Asked", strings.TrimSpace(asked))...)
	return append(out, labelled("Expires", clock(r.ExpiresAt))...)
}

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
