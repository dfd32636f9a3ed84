package infra_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

// An AWS service acts for every account. What lets one in says for which.
func TestAServiceIsLetInForThisAccountAlone(t *testing.T) {
	t.Parallel()
	none(t, serviceFaults(stack(t)))
}

func TestAServiceThatActsForAnyAccountIsFound(t *testing.T) {
	t.Parallel()
	key := func(statement string) string {
		return "Resources: {K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [{Sid: S, Effect: Allow, " + statement + "}]}}}}"
	}
	bites(t, serviceFaults, map[string]string{
		"Resources: {}": "no policy lets a service in",
		key("Principal: {Service: s3.amazonaws.com}"):                                                                                "K, S: s3.amazonaws.com may act for any account",
		key("Principal: {Service: s3.amazonaws.com}, Condition: {StringEquals: {'aws:SourceAccount': '1'}}"):                         "K, S: s3.amazonaws.com may act for any account",
		key("Principal: {Service: s3.amazonaws.com}, Condition: {StringLike: {'aws:SourceAccount': !Ref AWS::AccountId}}"):           "K, S: s3.amazonaws.com may act for any account",
		key("Principal: {Service: s3.amazonaws.com}, Condition: {StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}}"):         "",
		key("Principal: {Service: s3.amazonaws.com}, Condition: {ArnEquals: {'aws:SourceArn': !GetAtt FindingsRule.Arn}}"):           "",
		key("Principal: {Service: s3.amazonaws.com}, Condition: {StringEqualsIfExists: {'aws:SourceAccount': !Ref AWS::AccountId}}"): "K, S: s3.amazonaws.com may act for any account",
	})
}

// serviceFaults are the statements of resources' policies that let a service act for
// any account: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func serviceFaults(t *template.Template) (faults []string) {
	found := 0
	for kind, policy := range map[string]string{"AWS::KMS::Key": "KeyPolicy", "AWS::SNS::TopicPolicy": "PolicyDocument", "AWS::SQS::QueuePolicy": "PolicyDocument"} {
		for id, r := range t.Of(kind) {
			for _, s := range template.List(at(r.Body, "Properties", policy, "Statement")) {
				service := text(s, "Principal", "Service")
				if service == "" {
					continue
				}
				found++
				account := template.References(text(s, "Condition", "StringEquals", "aws:SourceAccount"))
				source := template.References(text(s, "Condition", "ArnEquals", "aws:SourceArn"))
				if !slices.Contains(account, "AWS::AccountId") && len(source) == 0 {
					faults = append(faults, fmt.Sprintf("%s, %s: %s may act for any account", id, text(s, "Sid"), service))
				}
			}
		}
	}
	if found == 0 {
		return []string{"no policy lets a service in"}
	}
	slices.Sort(faults)
	return faults
}

// Which ACL EC2 authorizes when one takes another's place is in no document. A condition
// would deny the first cut by one reading, the way back by the other.
func TestAnACLIsReplacedWhicheverEC2Authorizes(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"IsolateFunctionRole", "ReleaseFunctionRole"} {
		all, faults := grants(stack(t), role)
		none(t, faults)
		var free []string
		for _, g := range all {
			if slices.Contains(g.actions, "ec2:ReplaceNetworkAclAssociation") && len(g.keys) == 0 {
				free = append(free, g.resources...)
			}
		}
		for _, kind := range []string{"network-acl", "subnet"} {
			if !slices.Contains(free, "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:"+kind+"/*") {
				t.Errorf("%s may not replace the ACL of every %s: %q", role, kind, free)
			}
		}
	}
}
