package simulate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// A permission is what IAM judges of a call: an action on one resource, with the keys that its
// conditions read. A call needs every one of its permissions.
type permission struct {
	function, action, resource string
	context                    map[string]any
}

const (
	inRegion  = "eu-west-1:111122223333:"
	anyTag    = "aws:ResourceTag/"
	askedTag  = "aws:RequestTag/"
	ledgerARN = "arn:aws:dynamodb:" + inRegion + "table/quarantine-ledger"
)

// book keeps what things are tagged with while calls are read in their order.
type book struct{ tags map[string]map[string]string }

// permissions are those of one call, in each reading of what no document settles.
func (b *book) permissions(c simulate.Call) []permission {
	in := plain(c.Input)
	var out []permission
	need := func(action, resource string, context map[string]any) {
		out = append(out, permission{c.Function, c.Service + ":" + action, resource, context})
	}
	text := func(field string) string { return fmt.Sprint(in[field]) }
	switch {
	case c.Service == "dynamodb":
		return onLedger(c.Function, c.Operation, in)
	case strings.HasPrefix(c.Operation, "Describe"):
		need(c.Operation, "*", nil)
	case c.Service == "ec2":
		b.onEC2(c, in, need)
	case c.Service == "autoscaling":
		need(c.Operation, "arn:aws:autoscaling:"+inRegion+"autoScalingGroup:5d5c7b6e:autoScalingGroupName/"+text("AutoScalingGroupName"), nil)
	case in["LoadBalancerName"] != nil:
		need(c.Operation, "arn:aws:elasticloadbalancing:"+inRegion+"loadbalancer/"+text("LoadBalancerName"), nil)
	case c.Service == "elasticloadbalancing":
		need(c.Operation, text("TargetGroupArn"), nil)
	case c.Service == "events":
		for _, one := range in["Entries"].([]any) {
			entry := one.(map[string]any)
			need(c.Operation, "arn:aws:events:"+inRegion+"event-bus/default",
				map[string]any{"events:source": []any{entry["Source"]}, "events:detail-type": []any{entry["DetailType"]}})
		}
	case c.Service == "sns":
		need(c.Operation, text("TopicArn"), nil)
	case c.Service == "iam" && in["RoleName"] != nil:
		need(c.Operation, "arn:aws:iam::111122223333:role/"+text("RoleName"), nil)
	case c.Service == "iam" && in["InstanceProfileName"] != nil:
		need(c.Operation, "arn:aws:iam::111122223333:instance-profile/"+text("InstanceProfileName"), nil)
	case c.Service == "iam" && in["UserName"] != nil:
		need(c.Operation, "arn:aws:iam::111122223333:user/"+text("UserName"), nil)
	case c.Service == "iam":
		need(c.Operation, "*", nil)
	}
	// Not states:SendTaskSuccess: the engine refuses to judge it on a state machine, as AWS does:
	// https://github.com/aws/aws-cdk/pull/8486
	return out
}

// plain is an SDK's input or output as maps, lists and scalars.
func plain(v any) (out map[string]any) {
	text, err := json.Marshal(call.Printed(v))
	if err != nil || json.Unmarshal(text, &out) != nil {
		panic(fmt.Sprintf("%T is no JSON: %v", v, err))
	}
	return out
}

// onEC2 are the permissions of what changes, or reads one instance.
func (b *book) onEC2(c simulate.Call, in map[string]any, need func(string, string, map[string]any)) {
	arn := func(kind string, id any) string { return fmt.Sprintf("arn:aws:ec2:%s%s/%v", inRegion, kind, id) }
	snapshot := func(id any) string { return fmt.Sprintf("arn:aws:ec2:eu-west-1::snapshot/%v", id) }
	id := func(field string) string { return fmt.Sprint(in[field]) }
	create := func(made, at string) {
		need(c.Operation, at, nil)
		asked := requested(in)
		need(c.Operation, made, asked)
		asked["ec2:CreateAction"] = c.Operation
		need("CreateTags", made, asked)
		b.made(c)
	}
	switch c.Operation {
	case "CreateNetworkAcl":
		create(arn("network-acl", "*"), arn("vpc", in["VpcId"]))
	case "CreateSecurityGroup":
		create(arn("security-group", "*"), arn("vpc", in["VpcId"]))
	case "CreateSnapshots":
		instance, _ := in["InstanceSpecification"].(map[string]any)
		create(snapshot("*"), arn("instance", instance["InstanceId"]))
		need(c.Operation, arn("volume", "vol-0a00000000000000a"), nil)
	case "ReplaceNetworkAclAssociation":
		// On the ACL that is put, or on the one that is taken off: no document says which.
		need(c.Operation, arn("network-acl", in["NetworkAclId"]), b.tagged(id("NetworkAclId")))
		need(c.Operation, arn("network-acl", "acl-of-somebody"), nil)
		need(c.Operation, arn("subnet", "subnet-0a00000000000000a"), nil)
	case "DeleteNetworkAcl":
		need(c.Operation, arn("network-acl", in["NetworkAclId"]), b.tagged(id("NetworkAclId")))
	case "CreateTags":
		for _, one := range in["Resources"].([]any) {
			context := b.tagged(fmt.Sprint(one))
			context["aws:TagKeys"] = keysOf(in["Tags"])
			need(c.Operation, snapshot(one), context)
		}
	case "LockSnapshot":
		need(c.Operation, snapshot(in["SnapshotId"]), b.tagged(id("SnapshotId")))
	case "ModifyInstanceAttribute":
		for attribute := range in {
			if attribute != "InstanceId" {
				need(c.Operation, arn("instance", in["InstanceId"]), map[string]any{"ec2:Attribute": attribute})
			}
		}
	case "ModifyNetworkInterfaceAttribute":
		need(c.Operation, arn("network-interface", in["NetworkInterfaceId"]), nil)
		for _, group := range in["Groups"].([]any) {
			need(c.Operation, arn("security-group", group), nil)
		}
	case "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress":
		need(c.Operation, arn("security-group", in["GroupId"]), b.tagged(id("GroupId")))
	default: // of one instance
		need(c.Operation, arn("instance", in["InstanceId"]), nil)
	}
}

// made notes the tags of what a call made.
func (b *book) made(c simulate.Call) {
	if c.Effect == nil {
		return
	}
	tags := map[string]string{}
	for key, value := range requested(plain(c.Input)) {
		if name, is := strings.CutPrefix(key, askedTag); is {
			tags[name] = fmt.Sprint(value)
		}
	}
	for _, id := range idsIn(plain(c.Effect.Answer)) {
		b.tags[id] = tags
	}
}

// idsIn are the ids of ACLs, groups and snapshots in an answer.
func idsIn(v any) (ids []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, field := range []string{"NetworkAclId", "GroupId", "SnapshotId"} {
			if id, is := v[field].(string); is {
				ids = append(ids, id)
			}
		}
		for _, e := range v {
			ids = append(ids, idsIn(e)...)
		}
	case []any:
		for _, e := range v {
			ids = append(ids, idsIn(e)...)
		}
	}
	return ids
}

// tagged are a thing's tags, as conditions see them.
func (b *book) tagged(id string) map[string]any {
	out := map[string]any{}
	for key, value := range b.tags[id] {
		out[anyTag+key] = value
	}
	return out
}

// requested are the tags that a call asks for.
func requested(in map[string]any) map[string]any {
	out := map[string]any{}
	specifications, _ := in["TagSpecifications"].([]any)
	for _, s := range specifications {
		tags := s.(map[string]any)["Tags"].([]any)
		for _, one := range tags {
			tag := one.(map[string]any)
			out[askedTag+fmt.Sprint(tag["Key"])] = tag["Value"]
		}
		out["aws:TagKeys"] = keysOf(tags)
	}
	return out
}

func keysOf(tags any) (keys []string) {
	for _, one := range tags.([]any) {
		keys = append(keys, fmt.Sprint(one.(map[string]any)["Key"]))
	}
	slices.Sort(keys)
	return keys
}

// onLedger are the permissions of a call of DynamoDB: a transaction needs each of its parts'.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
func onLedger(function, operation string, in map[string]any) (out []permission) {
	need := func(action, pk, index string) {
		out = append(out, permission{function, "dynamodb:" + action, ledgerARN + index, map[string]any{"dynamodb:LeadingKeys": []string{pk}}})
	}
	index := ""
	if name, is := in["IndexName"].(string); is {
		index = "/index/" + name
	}
	items, transaction := in["TransactItems"].([]any)
	switch {
	case transaction:
		for _, item := range items {
			for kind, part := range item.(map[string]any) {
				if fields, is := part.(map[string]any); is {
					need(kind+"Item", partitionOf(fields), "")
				}
			}
		}
	case operation == "Query":
		need(operation, attributeOf(in["ExpressionAttributeValues"], ":0"), index)
	default:
		need(operation, partitionOf(in), index)
	}
	return out
}

// partitionOf is the partition key of what a request is about.
func partitionOf(fields map[string]any) string {
	if item, is := fields["Item"]; is {
		return attributeOf(item, "pk")
	}
	return attributeOf(fields["Key"], "pk")
}

func attributeOf(fields any, name string) string {
	of, _ := fields.(map[string]any)
	value, _ := of[name].(map[string]any)
	return fmt.Sprint(value["Value"])
}
