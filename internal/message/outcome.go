package message

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// outcome is how the news is to be taken.
func (f facts) outcome() quarantine.Outcome {
	switch f.Kind {
	case quarantine.KindContained, quarantine.KindEvidenceComplete, quarantine.KindNarrowed:
		return quarantine.OutcomeGood
	case quarantine.KindReleased:
		return f.releasedOutcome()
	case quarantine.KindApprovalAsked, quarantine.KindApprovalExpired: // nobody has decided, and somebody should
		return quarantine.OutcomeAsk
	case quarantine.KindKept, quarantine.KindObserved:
		return quarantine.OutcomeInfo
	case quarantine.KindToldOnly:
		return f.toldOutcome()
	default:
		return quarantine.OutcomeBad
	}
}

// toldOutcome is that of what was told and not acted upon, as its first word says it.
func (f facts) toldOutcome() quarantine.Outcome {
	switch {
	case f.sample():
		return quarantine.OutcomeInfo
	case f.action() == quarantine.ActionApprove:
		return quarantine.OutcomeAsk
	case f.Failure != nil:
		return quarantine.OutcomeBad
	default:
		return quarantine.OutcomeInfo
	}
}

// releasedOutcome is bad where something was left as it was: somebody should look whether it is to stay.
func (f facts) releasedOutcome() quarantine.Outcome {
	if f.Release != nil && countsOf(*f.Release).left > 0 {
		return quarantine.OutcomeBad
	}
	return quarantine.OutcomeGood
}
