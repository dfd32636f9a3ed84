package keysessions

import (
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: "key-sessions", Kind: quarantine.KindAccessKey, Thing: "user", Group: measure.Identity, OnlyOurs: true,
		Does: "denies the key's user everything for temporary sessions, such as those that the key was used to get; those of the user's other keys " +
			"and of its sign-in to the console, which IAM does not tell apart, are denied with them, and what is signed with a key itself is not",
		Hints:   hints,
		InShort: "denies everything to temporary sessions of the key's user, those of its other keys and of the console included",
		Closes:  []measure.Way{measure.Sessions},
		Leaves: []measure.Open{{
			Way: measure.Sessions,
			Text: "Temporary sessions of the key's user, for the minutes until IAM has the Deny everywhere. After that, sessions of roles " +
				"that were assumed with the key or with such a session (role chaining): they work until they expire, or the role denies them.",
			Brief: "sessions of its user for the minutes until IAM has the Deny everywhere, then sessions of roles that were assumed with the key or with them",
		}},
		Now: func(quarantine.Hold) string {
			return "DENIED everything for temporary sessions, as IAM shows it; that takes effect within minutes"
		},
		Before: func(h quarantine.Hold) string {
			if h.Parts[part].Before.Known() == none {
				return "no such policy"
			}
			return measure.NotKnown
		},
		Mark:    func(h quarantine.Hold) string { return measure.InlinePolicyOf(h).Owner },
		Unsure:  "whether sessions that the key was used to get are denied",
		Refuses: func(string) string { return "IAM does not let the user's policies be changed" },
		ByHand: func(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
			return byHand(deny, r, known, put)
		},
		LookByHand: func(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
			return byHand(look, r, known, get)
		},
		UndoByHand: undoByHand,
		Actions:    append([]string{"iam:PutUserPolicy"}, undoing...),
		Undoing:    undoing,
		// Events of IAM's own calls come in us-east-1 alone: elsewhere the schedule sees what they did.
		UndoneBy: []string{"DeleteUserPolicy", "PutUserPolicy"},
	}
}

var undoing = []string{"iam:DeleteUserPolicy", "iam:GetAccessKeyLastUsed", "iam:GetUser", "iam:GetUserPolicy"}

var hints = map[string][]measure.Step{
	quarantine.QuotaReached: {{Say: "The user's inline policies have 2,048 characters together, and there is no room for one more. " +
		"See which they are (USER is the user's name in the error), move what is needed into a managed policy, and delete what is not:"},
		{Command: []string{"iam", "list-user-policies", "--user-name", "USER"}}},
	quarantine.NameTaken: {{Say: "The user has a policy of the name that the product uses for this key, and it says something else. " +
		"Nothing was overwritten. Read it, and delete it if nobody needs it."}},
	quarantine.AccessDenied: {{Say: "If the user is one that the deployment keeps this function from (below the path that its parameter " +
		"ProtectedRolePath names), that is on purpose: a person who may change the user has to decide. If IAM does not show whose the key is, " +
		"it is gone or of another account. Otherwise a policy of the organization denies it, or the stack is older than the function."}},
}

const (
	deny = "Deny temporary sessions of the key's user everything, with a policy of the user"
	look = "See whether the user denies temporary sessions everything"
)

// byHand are the steps on each thing that is known, or else on the user whom a person looks up.
func byHand(what string, r quarantine.Resource, known []quarantine.Hold, step func(measure.InlinePolicy) measure.Step) []measure.Step {
	if len(known) == 0 {
		return []measure.Step{
			{Say: what + ". The first command prints the user's name (USER):"},
			{Command: []string{"iam", "get-access-key-last-used", "--access-key-id", r.ID, "--query", "UserName", "--output", "text"}},
			step(measure.InlinePolicy{Owner: "USER", Resource: r.ID}),
		}
	}
	out := []measure.Step{{Say: what + ":"}}
	for _, h := range known {
		out = append(out, step(measure.InlinePolicyOf(h)))
	}
	return out
}

func get(t measure.InlinePolicy) measure.Step { return onPolicy("get-user-policy", t) }

func put(t measure.InlinePolicy) measure.Step {
	step := onPolicy("put-user-policy", t)
	step.Command = append(step.Command, "--policy-document", document)
	return step
}

func onPolicy(operation string, t measure.InlinePolicy) measure.Step {
	return measure.Step{Command: []string{"iam", operation, "--user-name", t.Owner, "--policy-name", t.Name()}}
}

func undoByHand(held []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "Let temporary sessions of the user work again:"}}
	for _, h := range held {
		if p := h.Parts[part]; len(p.Puts) > 0 && p.Before.Known() == none {
			out = append(out, onPolicy("delete-user-policy", measure.InlinePolicyOf(h)))
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}
