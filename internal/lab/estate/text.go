package estate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// text is a call as text: the operation and its subject, by name.
func (e *Estate) text(c account.Call) string {
	e.names.mu.Lock()
	text, known := e.names.texts[c.Seq]
	if !known {
		text = words(c)
		e.names.texts[c.Seq] = text
	}
	e.names.mu.Unlock()
	return e.Text(text)
}

func words(c account.Call) string {
	switch in := c.Input.(type) {
	case *dynamodb.GetItemInput:
		return "GetItem " + subject(in.Key)
	case *dynamodb.PutItemInput:
		return "PutItem " + subject(in.Item)
	case *dynamodb.UpdateItemInput:
		return written(in)
	case *dynamodb.TransactWriteItemsInput:
		// A transaction deletes a subnet's record, or writes it with the pointer to it.
		record := in.TransactItems[0].Update
		if gone := in.TransactItems[0].Delete; gone != nil {
			return "forget " + subject(gone.Key)
		}
		if record == nil { // of a further measure: the lock is checked first
			return c.Operation
		}
		return written(&dynamodb.UpdateItemInput{
			Key: record.Key, UpdateExpression: record.UpdateExpression, ExpressionAttributeNames: record.ExpressionAttributeNames,
			ConditionExpression: record.ConditionExpression,
		})
	case *dynamodb.ScanInput:
		return "Scan"
	}
	return ofEC2(c)
}

// written is an update as text. A subnet's record is written by itself or in a
// transaction with the pointer to it.
func written(in *dynamodb.UpdateItemInput) string {
	verb := "UpdateItem "
	if value(in.Key["sk"]) == "HOLD" {
		verb = "write "
	}
	return strings.TrimSpace(verb + subject(in.Key) + " " + change(in))
}

func ofEC2(c account.Call) string {
	in, _ := account.Printed(c.Input).(map[string]any)
	words := []string{c.Operation}
	for _, list := range []any{in["InstanceIds"], in["Resources"], in["AutoScalingGroupNames"]} {
		words = append(words, texts(list)...)
	}
	for _, f := range object(in).list("Filters") {
		words = append(words, texts(f["Values"])...)
	}
	for _, name := range []string{"VpcId", "AssociationId", "NetworkAclId"} {
		words = append(words, object(in).text(name))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func texts(list any) (all []string) {
	values, _ := list.([]any)
	for _, v := range values {
		all = append(all, fmt.Sprint(v))
	}
	return all
}

// subject is an item's subject: "LOCK i-web", "HOLD subnet-a", "EVENT#contained#run-1 inc-web".
func subject(key map[string]types.AttributeValue) string {
	return subjectOf(value(key["pk"]), value(key["sk"]))
}

func subjectOf(pk, sk string) string {
	parts := strings.Split(pk, "#")
	return sk + " " + parts[len(parts)-1]
}

func value(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// change names the change to an item. It recognizes the change by the attributes that
// the update names.
func change(in *dynamodb.UpdateItemInput) string {
	named := slices.Collect(maps.Values(in.ExpressionAttributeNames))
	names := func(all ...string) bool {
		return !slices.ContainsFunc(all, func(n string) bool { return !slices.Contains(named, n) })
	}
	switch kind := value(in.Key["sk"]); {
	case strings.HasPrefix(kind, "HOUR#") && strings.Contains(*in.UpdateExpression, "DELETE"):
		return "discounted"
	case strings.HasPrefix(kind, "HOUR#"):
		return "counted"
	case kind != "HOLD":
		return ""
	case names("puts_association") && !names("verifiedAt"):
		return "put"
	case names("releasing", "before_acl"):
		return "forgotten"
	case names("releasing", "verifiedAt"):
		return "verified"
	case names("before_association", "verifiedAt"):
		return "superseded"
	case names("before_association") && !conditional(in):
		return "held"
	case names("before_association"):
		return "recorded"
	case names("vpc"):
		return "held"
	case names("releasing"):
		return "let go"
	}
	return "let go beside others"
}

var placeholder = regexp.MustCompile(`#\w+`)

// conditional tells whether the change rests on more of the item than on its version.
func conditional(in *dynamodb.UpdateItemInput) bool {
	return slices.ContainsFunc(placeholder.FindAllString(aws.ToString(in.ConditionExpression), -1), func(p string) bool {
		return in.ExpressionAttributeNames[p] != "version"
	})
}
