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

// askedParts are the whole question; a reminder says what it is about, what comes of
// silence and how to decide.
func (f facts) askedParts(r quarantine.ApprovalRequest) []part {
	about := part{lines: append(f.asking(r), f.about()...)}
	why := part{title: "Why you are asked", lines: f.braked(r)}
	command := part{title: "On the command line", lines: f.byCommand(r)}
	if r.Reminders > 0 {
		about.lines = append(about.lines, labelled("Silence", f.silence(r))...)
		about.lines = append(about.lines, say("The first message says what approving and denying do, and why this is asked."))
		return []part{about, why, f.onThePage(), command, f.look()}
	}
	return []part{
		about,
		why,
		{title: "What your answer does", lines: f.answers(r)},
		f.onThePage(),
		command,
		{title: "The request", lines: f.request(r)},
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
	out := []line{say("DECISION NEEDED. %s", question)}
	if r.Reminders > 0 {
		out = append(out, say("This is reminder %d: nobody has decided yet.", r.Reminders))
	}
	if !r.ExpiresAt.IsZero() {
		out = append(out, say("The question expires at %s.", clock(r.ExpiresAt)))
	}
	return out
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
		say("So many cuts can be a real outbreak, or the work of somebody who makes GuardDuty speak and wants you to cut " +
			"yourself off. Look at the other incidents before you approve:"),
		f.quarantine("list"),
	}
}

func (f facts) but(why string) line {
	return say("The verdict is to %s without asking, but %s.", f.words.Act, strings.TrimSuffix(why, "."))
}

// behind leads to the subnets that lose their way out with the instance, if it is one.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
func (f facts) behind() []line {
	if f.resource.ID == "" {
		return nil
	}
	return []line{
		say("See which subnets are routed through it. The host that acts is behind it, or it is the instance itself:"),
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

// answers say what each answer does, silence being one.
func (f facts) answers(r quarantine.ApprovalRequest) []line {
	approve := fmt.Sprintf("%s %sEvidence is taken after that.", f.words.Ask.Approve, f.uncounted(r))
	deny := "the " + f.words.Noun + " is left as it is. That is put on record and told."
	if r.Purpose == quarantine.PurposeRelease {
		approve = f.words.Ask.PutBack +
			" What another incident holds stays as it is; what somebody changed by hand is left alone."
		deny = "the quarantine stays, until somebody releases it on the command line."
	}
	out := labelled("Approve", approve)
	for _, name := range r.Measures {
		out = append(out, labelled("And", "it "+register.Named(Clean(name, maxName)).Does+" ("+Clean(name, maxName)+").")...)
	}
	out = append(out, f.narrowing(r)...)
	out = append(out, labelled("Deny", deny)...)
	out = append(out, labelled("Silence", f.silence(r))...)
	return append(out, say("The first answer counts. It is kept with the name of who gave it."))
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

// onThePage leads to the page. Its address is no line: channels that lay out
// get it as Message.Ask.
func (f facts) onThePage() part {
	p := part{title: "On the page"}
	if u := f.page(); u != "" {
		p.lines = []line{say("Read and decide on the request's page. Its address is a secret: " +
			"whoever has it can decide. Do not pass it on.")}
		p.links = []quarantine.Link{{Label: "Decide here", URL: u}}
	} else if f.Unlinked != "" {
		p.lines = []line{say("There is no link to the request's page, because it could not be signed (%s). Decide by command.",
			Clean(f.Unlinked, maxFailure))}
	}
	return p
}

func (f facts) byCommand(r quarantine.ApprovalRequest) []line {
	out := []line{
		say("With AWS credentials, whose identity is kept as the name of who decided:"),
		f.quarantine("approve", r.ID),
		f.quarantine("deny", r.ID),
	}
	if len(f.narrowing(r)) > 0 {
		out = append(out, f.quarantine("narrow", f.incident()))
	}
	return out
}

// request is what is on record of a question.
func (f facts) request(r quarantine.ApprovalRequest) []line {
	out := labelled("Request", r.ID)
	if f.resource.ID != "" {
		out = append(out, labelled(f.words.Label, f.name()+" in "+f.where())...)
	}
	out = append(out, labelled("Asked", clock(r.AskedAt))...)
	out = append(out, labelled("Channels", list(r.Asked))...)
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
