package rolesessions

import (
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/measure"
)

// policyDocument is a policy as it is written.
type policyDocument struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid, Effect, Action, Resource string
	Condition                     map[string]map[string]string
}

// denial denies everything to the instance's sessions, in two ways that each suffice: by the
// instance that the credentials were issued to, which is in the context of every request that is
// signed with them, and by the session, whose name is the instance's id.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2-sourceinstancearn
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-infotouse
func denial(t measure.InlinePolicy, instanceARN string) string {
	deny := func(sid, operator, key, value string) statement {
		return statement{sid, "Deny", "*", "*", map[string]map[string]string{operator: {key: value}}}
	}
	text, err := json.Marshal(policyDocument{"2012-10-17", []statement{
		deny("QuarantinedInstance", "ArnEquals", "ec2:SourceInstanceARN", instanceARN),
		deny("QuarantinedSession", "StringLike", "aws:userId", t.OwnerID+":"+t.Resource),
	}})
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return string(text)
}
