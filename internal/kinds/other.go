package kinds

import "github.com/ec2-quarantine/quarantine/internal/measure"

// other says what is true of a resource of any kind: of one that another version knows.
func other() Words {
	return Words{
		Noun: "resource", Many: "resources", Label: "Resource", Before: "the resource ",
		Cut: measure.Unnamed("cut"), Things: "What holds it", Done: "What was done",
		Verb: Verb{
			Do: "contain %s", DoesIt: "contains it", Past: "contained", Short: "contained", Act: "contain it", Acts: "contains it", Doing: "containing it",
			Answer: "containing %s", Title: "contain", Button: "Contain %s?", Undone: "NOT CONTAINED",
		},
		Ask: Ask{
			Nothing: "Nothing has been changed", Nobody: "This finding has changed nothing",
			Approve: "the resource is contained.", Hit: "not known", Owner: "ask the resource's owner what it should be doing",
			Examine:  "Examine the resource, or replace it.",
			PutBack:  "what stood before the quarantine is put back, as it is on record.",
			MayAgain: "Once it may be used again, release it:",
		},
		Failed: Failed{
			GoneSays: "%s could not be contained, because it does not exist any more.",
			Unjudged: "The finding was not judged, so nothing was changed for it: take %s for open.",
			Partly:   "%s is contained in part: a read-back shows %d of %d things closed. Take it for open.",
			Unproved: "The containment of %s failed or could not be proved: take it for open.",
			Wrong:    "If that turns out to be wrong, take it back:",
			ByHand:   "Contain it by what its service offers: nothing is on record of that, so that a release does not take it back.",
		},
		Reopened: instance().Reopened,
		Evidence: Evidence{
			Taken: "Evidence is taken next, and is told in a message of its own.", Kept: "The evidence is kept.",
			Keep: "Do not delete the resource: it is the evidence that is left.",
		},
		Release: Release{
			NotReleased: "take it for contained until you have looked",
			NotClean:    "Released does not mean clean: if the finding was right, replace the resource.",
			Next:        "GuardDuty repeats a finding for hours. What ended before the release, at %s, is told alone. Activity after it is judged anew.",
			Others:      "Any other type of finding is judged by the policy alone.",
		},
		Contained: func(int) string { return "contained" },
		Stands:    "It is contained, as read back at %s.",
		Doubt:     "Whether it is still contained is not known.",
		NotCut:    "The resource is NOT CONTAINED.",
		Unchanged: "This changes nothing about its containment.",
	}
}
