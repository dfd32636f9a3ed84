package message

// findingStep writes the accusing finding to a file; nil where it is not known which it is.
func (f facts) findingStep() []line {
	if f.accusing == nil || f.accusing.ID == "" || f.byWord() {
		return nil
	}
	return []line{f.awsIn(f.findingRegion(), "guardduty get-findings", "--detector-id", f.detector(f.accusing.DetectorID),
		"--finding-ids", arg(f.accusing.ID), "> finding.json")}
}

// respondSteps contain from a computer once more, by the finding.
func (f facts) respondSteps() []line {
	if f.byWord() && f.resource.ID != "" {
		return []line{f.quarantine("respond", "--instance", f.resource.ID)}
	}
	out := f.findingStep()
	if len(out) == 0 {
		return nil
	}
	return append(out, f.quarantine("respond", "--event", "finding.json"))
}

// retryStep tries a policy out on the finding.
func (f facts) retryStep() []line {
	out := f.findingStep()
	if len(out) == 0 {
		return nil
	}
	return append(append([]line{say("If the verdict is wrong, change the policy. How it judges this finding, and with --policy FILE how yours does:")},
		out...), f.quarantine("triage", "finding.json"))
}
