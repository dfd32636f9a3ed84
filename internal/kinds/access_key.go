package kinds

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/accesskey"
	"github.com/ec2-quarantine/quarantine/internal/measure/keysessions"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func accessKey() Words {
	return Words{
		Noun: "access key", Many: "access keys", Label: "Access key", Before: "the access key ", Global: true,
		Cut: accesskey.Info(), Things: "The key", Done: "What was done",
		Verb: Verb{
			Do: "make %s inactive", DoesIt: "makes it inactive", Past: "made inactive", Short: "made inactive",
			Act: "make it inactive", Acts: "makes it inactive", Doing: "making it inactive",
			Answer: "making %s inactive", Title: "make inactive", Button: "Make %s inactive?", Undone: "NOT MADE INACTIVE",
		},
		Ask: Ask{
			Nothing: "Nothing has been changed", Nobody: "This finding has changed nothing",
			Approve: "the key is made inactive: nothing that is signed with it is accepted, and whatever works with it stops. That alone ends no " +
				"session that it was used to get.",
			Hit:      "whatever works with the key",
			Owner:    "ask the key's user, or who runs what works with it, where it should be used and for what",
			Examine:  "Look in CloudTrail at what was done with the key, and give what needs one another key.",
			PutBack:  "what stood before the quarantine is put back, as it is on record: a key that was active works again.",
			MayAgain: "Once the key may work again, release it:",
		},
		Failed: Failed{
			Gone:     quarantine.ThingGone,
			Final:    []string{quarantine.ThingGone, quarantine.NotSupported},
			GoneSays: "%s could not be made inactive, because IAM does not know it any more.",
			Unjudged: "The finding was not judged, so nothing was changed for it: take %s for active, and for usable by whoever has it.",
			Partly:   "%s is not known to be inactive: a read-back shows %d of the %d names under which it is on record inactive. Take it for active.",
			Unproved: "Making %s inactive failed or could not be proved: take it for active, and for usable by whoever has it.",
			Wrong:    "If that turns out to be wrong, take it back:",
			ByHand:   "Make it inactive in IAM: nothing is on record of that, so that a release does not take it back.",
		},
		Reopened: Reopened{
			NotClosed: "%s IS NOT CONTAINED: it was made active, and making it inactive again has failed. " +
				"It is tried again at every look; do not wait for that.",
			Again: "%s is made active as often as it is made inactive. " +
				"It is made inactive again at growing intervals, and works in between, until what makes it active is stopped.",
			NotYet:      "%s IS NOT CONTAINED: it was made active, and is not made inactive again yet.",
			ClosedAgain: "%s was made active; it is inactive again, as read back.",
			Otherwise:   "%s was made inactive by another hand. It was left so, and the release will leave it, too.",
		},
		Evidence: Evidence{
			Taken: "What IAM shows of the key and its user is kept next, and is told in a message of its own.",
			Kept:  "The manifest is kept.",
			Keep: "Do not delete the key or its user: what IAM shows of them is the evidence that is left, and CloudTrail has a deleted " +
				"key's calls by its id alone.",
			ByHand: readUser,
		},
		Release: Release{
			NotReleased: "take it for inactive until you have looked",
			NotClean:    "Released does not mean safe: if the finding was right, somebody else has the key. Give its user another one, and delete this one.",
			Next: "GuardDuty repeats a finding for hours. What ended before the release, at %s, is told and changes nothing. " +
				"Activity after it is judged anew.",
			Others: "Any other type of finding is judged by the policy alone.",
		},
		Contained: func(int) string { return "inactive, as IAM shows it" },
		Stands:    "The key is inactive, as read back at %s.",
		Doubt:     "Whether the key is inactive is not known.",
		NotCut:    "The key was NOT MADE INACTIVE.",
		Unchanged: "This changes nothing about the key's being inactive.",
		Accused: func(r quarantine.Resource, f quarantine.Finding) []quarantine.Hold {
			if f.Key == nil || f.Key.ID != r.ID || f.Key.User == "" {
				return nil
			}
			return []quarantine.Hold{{Measure: accesskey.Info().Name, AccountID: r.AccountID, Region: r.Region, Thing: accesskey.Thing(f.Key.User, r.ID)}}
		},
		Whose: func(r quarantine.Resource, known []quarantine.Hold) string {
			if user := user(r, known); user != "" {
				return " of the user " + user
			}
			return ""
		},
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-keys-admin-managed.html
		Console: func(r quarantine.Resource, known []quarantine.Hold) (service, fragment string) {
			if user := user(r, known); user != "" {
				return "iam", "/users/details/" + url.PathEscape(user) + "?section=security_credentials"
			}
			return "iam", "/users"
		},
		Next: afterKey,
	}
}

// user is the user of the key as the things are named, or "".
func user(r quarantine.Resource, known []quarantine.Hold) string {
	for _, h := range known {
		if user, is := strings.CutSuffix(h.Thing, accesskey.Thing("", r.ID)); is && user != "" && h.Measure == accesskey.Info().Name {
			return user
		}
	}
	return ""
}

// afterKey is what a key that is inactive leaves to a person.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html
func afterKey(r quarantine.Resource, taken []string) [][]measure.Step {
	sessions := "Those of the user: deny the user everything while aws:TokenIssueTime is before now. "
	if slices.Contains(taken, keysessions.Info().Name) {
		sessions = "Those of the user are denied by the measure " + keysessions.Info().Name + ". "
	}
	return [][]measure.Step{
		{
			{Say: "See what was done with it, in each Region in which it was used: users, roles, keys and policies that it made outlive it."},
			{Command: []string{
				"cloudtrail", "lookup-events", "--lookup-attributes", "AttributeKey=AccessKeyId,AttributeValue=" + r.ID,
				"--query", "Events[].[EventTime,EventSource,EventName]", "--output", "text",
			}},
		},
		{{Say: "Sessions that it was used to get go on until they expire. " + sessions +
			"Those of roles that were assumed with it: revoke them at the role."}},
		{{Say: "What needs a key gets another one, whose secret lies where this one's did not. This one is deleted when the case is closed."}},
	}
}

// readUser are the reads of a person who keeps what IAM shows.
func readUser(r quarantine.Resource, known []quarantine.Hold, _ string) [][]measure.Step {
	of := user(r, known)
	if of == "" {
		of = "USER"
	}
	out := []measure.Step{{Say: "Read what is missing by hand, and keep what is printed with the time and a hash:"}}
	for _, operation := range []string{"list-access-keys", "list-attached-user-policies", "list-user-policies", "list-groups-for-user"} {
		out = append(out, measure.Step{Command: []string{"iam", operation, "--user-name", of}})
	}
	return [][]measure.Step{append(out, measure.Step{Command: []string{"iam", "get-access-key-last-used", "--access-key-id", r.ID}})}
}
