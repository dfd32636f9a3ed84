package rolesessions

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func (Measure) Info() measure.Info { return Info() }

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: "role-sessions", Kind: quarantine.KindInstance, Thing: "role", On: true, Group: measure.Identity, OnlyOurs: true,
		Does: "denies the role of the instance's profile everything, for the credentials of this instance alone, wherever they are used; " +
			"others that have the role go on",
		Hints:   hints,
		InShort: "denies everything to its role's credentials",
		Closes:  []measure.Way{measure.Credentials},
		Leaves: []measure.Open{{
			Way: measure.Credentials,
			Text: "Credentials of the instance's role, for the minutes until IAM has the Deny everywhere. After that, sessions of other roles " +
				"that were assumed with them (role chaining), until they expire, and calls that services of AWS make on the role's behalf.",
			Brief: "its role's credentials for the minutes until IAM has the Deny everywhere, then sessions of roles assumed with them and calls of AWS " +
				"services on the role's behalf",
		}},
		Now: func(h quarantine.Hold) string {
			return "DENIED everything for " + measure.InlinePolicyOf(h).Resource + ", as IAM shows it; that takes effect within minutes"
		},
		Before: func(h quarantine.Hold) string {
			if h.Parts[part].Before.Known() == none {
				return "no such policy"
			}
			return measure.NotKnown
		},
		Unsure: "whether the instance's credentials are denied",
		Refuses: func(string) string {
			return "AWS alone changes this role, and its credentials go on working. Give the instance another profile; of a role that is " +
				"reserved for IAM Identity Center revoke the sessions there, and of a service-linked one at its service"
		},
		ByHand: func(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
			return byHand(deny, r, known, put)
		},
		LookByHand: func(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
			return byHand(look, r, known, get)
		},
		UndoByHand: undoByHand,
		Actions:    append([]string{"ec2:DescribeInstances", "iam:GetInstanceProfile", "iam:PutRolePolicy"}, undoing...),
		Undoing:    undoing,
		// Events of IAM's own calls come in us-east-1 alone: elsewhere the schedule sees what they did.
		UndoneBy: []string{"AssociateIamInstanceProfile", "DeleteRolePolicy", "PutRolePolicy", "ReplaceIamInstanceProfileAssociation"},
	}
}

var undoing = []string{"iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy"}

var hints = map[string][]measure.Step{
	quarantine.QuotaReached: {{Say: "The role's inline policies have 10,240 characters together, and there is no room for one more. " +
		"See which they are (ROLE is the role's name in the error), move what is needed into a managed policy, and delete what is not:"},
		{Command: []string{"iam", "list-role-policies", "--role-name", "ROLE"}}},
	quarantine.NameTaken: {{Say: "The role has a policy of the name that the product uses for this instance, and it says something else. " +
		"Nothing was overwritten. Read it, and delete it if nobody needs it."}},
	quarantine.AccessDenied: {{Say: "If the role is one that the deployment keeps this function from (its own roles, and what its parameter " +
		"ProtectedRolePath names), that is on purpose: a person who may change the role has to decide. Otherwise a policy of the " +
		"organization denies it, or the stack is older than the function."}},
}

const (
	deny = "Deny the instance's credentials everything, with a policy of its role"
	look = "See whether the role denies the instance's credentials everything"
)

// byHand are the steps on each thing that is known, or else on the role that a person looks up.
func byHand(what string, r quarantine.Resource, known []quarantine.Hold, step func(quarantine.Hold) measure.Step) []measure.Step {
	if len(known) == 0 {
		unknown := quarantine.Hold{AccountID: r.AccountID, Region: r.Region, Thing: measure.InlinePolicy{Owner: "ROLE", OwnerID: "ROLE_ID", Resource: r.ID}.String()}
		return []measure.Step{
			{Say: what + ". The first command prints the ARN of its instance profile, whose name is after the last slash (PROFILE), " +
				"the second one the role's name and id (ROLE and ROLE_ID):"},
			{Command: []string{
				"ec2", "describe-iam-instance-profile-associations", "--filters", "Name=instance-id,Values=" + r.ID,
				"--query", "IamInstanceProfileAssociations[].IamInstanceProfile.Arn", "--output", "text",
			}},
			{Command: []string{
				"iam", "get-instance-profile", "--instance-profile-name", "PROFILE",
				"--query", "InstanceProfile.Roles[].[RoleName,RoleId]", "--output", "text",
			}},
			step(unknown),
		}
	}
	out := []measure.Step{{Say: what + ":"}}
	for _, h := range known {
		out = append(out, step(h))
	}
	return out
}

func get(h quarantine.Hold) measure.Step {
	return onPolicy("get-role-policy", measure.InlinePolicyOf(h))
}

func put(h quarantine.Hold) measure.Step {
	t := measure.InlinePolicyOf(h)
	arn := instanceARN(quarantine.Role{ARN: "arn:*:"}, h, t) // any partition: only a look knows it
	for _, value := range h.Parts[part].Puts {
		arn = strings.TrimPrefix(value, denies) // it has the partition
	}
	step := onPolicy("put-role-policy", t)
	step.Command = append(step.Command, "--policy-document", denial(t, arn))
	return step
}

func onPolicy(operation string, t measure.InlinePolicy) measure.Step {
	return measure.Step{Command: []string{"iam", operation, "--role-name", t.Owner, "--policy-name", t.Name()}}
}

func undoByHand(held []quarantine.Hold) []measure.Step {
	out := []measure.Step{{Say: "Let the role's credentials of the instance work again:"}}
	for _, h := range held {
		if p := h.Parts[part]; len(p.Puts) > 0 && p.Before.Known() == none {
			out = append(out, onPolicy("delete-role-policy", measure.InlinePolicyOf(h)))
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}
