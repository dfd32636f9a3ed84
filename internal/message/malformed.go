package message

// malformed is the news of an event that could not be made a finding of: a
// person is the last who can read it.
func (f facts) malformed() draft {
	return draft{facts: f, subject: f.malformedSubject(), parts: []part{
		told(say("UNREADABLE EVENT. An event came that could not be read as a GuardDuty finding. " +
			"Nothing was judged and nothing was cut: a person must look.")),
		part{title: "What it accuses, as far as it can be read", lines: f.accusation()}.isOpen(),
		f.wrong(),
		{title: "The event begins", lines: f.excerpt()},
		toDo(
			[]line{say("Read the whole event in the input of the execution below. If it accuses an instance, act on it by hand.")},
			[]line{say("If it is no GuardDuty finding, narrow the EventBridge rule: it must match both the source aws.guardduty " +
				"and the detail-type \"GuardDuty Finding\".")},
			[]line{say("If it is one, its form is new: report it as a defect of this product, without what is private in it.")},
		),
		f.look(),
	}}
}

func (f facts) malformedSubject() string {
	s := "UNREADABLE EVENT: nothing was cut, a person must look"
	for _, more := range words(f.resource.ID, f.where(), f.findingType()) {
		s += "; " + more
	}
	return Clean(s, maxSubject)
}

// accusation is what the event says, although it could not be read whole. Whoever
// makes such events chooses these words.
func (f facts) accusation() []line {
	if f.accusing == nil {
		return nil
	}
	out := append(labelled("Type", f.accusing.Type), labelled(f.words.Label, f.resource.ID)...)
	out = append(out, labelled("Account", f.where())...)
	return append(out, labelled("Title", quoted(f.accusing.Title))...)
}

func (f facts) excerpt() []line {
	if len(f.Event) == 0 {
		return []line{say("(there is none)")}
	}
	return []line{say("%s", Clean(string(f.Event), maxExcerpt))}
}
