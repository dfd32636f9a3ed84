package simulate_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// eachRelease runs a test for each release that has a recording, side by side.
func eachRelease(t *testing.T, test func(t *testing.T, folder string)) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(releases, "*"))
	if err != nil || len(folders) < 2 {
		t.Fatalf("recordings of %d releases, %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			test(t, folder)
		})
	}
}

// recording reads a file of a release.
func recording[T any](t *testing.T, parts ...string) (out T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// definitionsOf are a release's definitions, by the machines' names.
func definitionsOf(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range []string{wiring.Name, wiring.Approval, wiring.Release, wiring.Watch} {
		out[name] = recording[json.RawMessage](t, folder, "definitions", name+".asl.json")
	}
	return out
}

// resumed is the definition with an execution in the middle of it: it begins at the state that the
// execution waits in, with what that knew. Of a state of a branch, the branch is the definition.
func resumed(t *testing.T, definition []byte, w waiting) []byte {
	t.Helper()
	var top map[string]any
	if err := json.Unmarshal(definition, &top); err != nil {
		t.Fatal(err)
	}
	states := statesWith(top, w.State)
	if states == nil {
		t.Fatalf("the definition has no state %s", w.State)
	}
	const resume = "Resume"
	states[resume] = map[string]any{"Type": "Pass", "Assign": w.Variables, "Output": w.Input, "Next": w.State}
	return mustJSON(t, map[string]any{"QueryLanguage": top["QueryLanguage"], "StartAt": resume, "States": states})
}

// statesWith are the states of the level that has this one.
func statesWith(v any, state string) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		if states, _ := v["States"].(map[string]any); states[state] != nil {
			return states
		}
		for _, field := range v {
			if found := statesWith(field, state); found != nil {
				return found
			}
		}
	case []any:
		for _, e := range v {
			if found := statesWith(e, state); found != nil {
				return found
			}
		}
	}
	return nil
}

// account makes the account as it was recorded, without what [waiting.restore] makes by calls.
func (w waiting) account(o account.Options) (*account.Account, []simulate.Question, error) {
	o.AccountID, o.Region = "111122223333", "eu-west-1"
	a := account.New(o)
	for range 2000 {
		a.NewID(ec2.KindACL) // what is made from here on is called as nothing that was recorded
	}
	var d ec2.Description
	if err := json.Unmarshal(w.Account, &d); err != nil {
		return nil, nil, err
	}
	a.Fill(d)
	var snapshots []ec2types.Snapshot
	if err := json.Unmarshal(w.Snapshots, &snapshots); err != nil {
		return nil, nil, err
	}
	for _, s := range snapshots {
		a.AddSnapshot(s)
	}
	return a, nil, nil
}

// restore makes by calls what descriptions do not have: attributes, and the ledger.
func (w waiting) restore(ctx context.Context, a *account.Account) error {
	for id, attributes := range w.Attributes {
		for set, in := range map[string]*awsec2.ModifyInstanceAttributeInput{
			"termination": {DisableApiTermination: &ec2types.AttributeBooleanValue{Value: aws.Bool(true)}},
			"stop":        {DisableApiStop: &ec2types.AttributeBooleanValue{Value: aws.Bool(true)}},
		} {
			if attributes[set] != "true" {
				continue
			}
			in.InstanceId = aws.String(id)
			if _, err := a.EC2().ModifyInstanceAttribute(ctx, in); err != nil {
				return err
			}
		}
	}
	for _, i := range w.Items {
		if err := putItem(ctx, a, i); err != nil {
			return err
		}
	}
	return nil
}

// putItem writes an item in DynamoDB JSON.
func putItem(ctx context.Context, a *account.Account, i any) error {
	fields, _ := i.(map[string]any)
	item := map[string]types.AttributeValue{}
	for name, v := range fields {
		value, err := attribute(v)
		if err != nil {
			return err
		}
		item[name] = value
	}
	_, err := a.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("quarantine-ledger"), Item: item})
	return err
}

// attribute is a value in DynamoDB JSON.
func attribute(v any) (types.AttributeValue, error) {
	of, _ := v.(map[string]any)
	for kind, v := range of {
		switch kind {
		case "S":
			text, _ := v.(string)
			return &types.AttributeValueMemberS{Value: text}, nil
		case "N":
			text, _ := v.(string)
			return &types.AttributeValueMemberN{Value: text}, nil
		case "BOOL":
			is, _ := v.(bool)
			return &types.AttributeValueMemberBOOL{Value: is}, nil
		case "NULL":
			return &types.AttributeValueMemberNULL{Value: true}, nil
		case "B":
			text, _ := v.(string)
			bytes, err := base64.StdEncoding.DecodeString(text)
			return &types.AttributeValueMemberB{Value: bytes}, err
		case "SS":
			all, _ := v.([]any)
			set := &types.AttributeValueMemberSS{}
			for _, e := range all {
				text, _ := e.(string)
				set.Value = append(set.Value, text)
			}
			slices.Sort(set.Value)
			return set, nil
		case "L":
			all, _ := v.([]any)
			list := &types.AttributeValueMemberL{}
			for _, e := range all {
				value, err := attribute(e)
				if err != nil {
					return nil, err
				}
				list.Value = append(list.Value, value)
			}
			return list, nil
		case "M":
			all, _ := v.(map[string]any)
			m := &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}
			for name, e := range all {
				value, err := attribute(e)
				if err != nil {
					return nil, err
				}
				m.Value[name] = value
			}
			return m, nil
		}
	}
	return nil, errors.New("an attribute of another kind")
}
