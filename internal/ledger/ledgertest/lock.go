package ledgertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// update is a request that the state machine makes itself, as a definition has it.
type update struct {
	UpdateExpression          string
	ConditionExpression       string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]struct{ S, N string }
}

// readUpdate is the request of a state.
func readUpdate(t *testing.T, definition []byte, state string) update {
	t.Helper()
	var states struct {
		States map[string]struct{ Arguments json.RawMessage }
	}
	var u update
	if err := errors.Join(json.Unmarshal(definition, &states), json.Unmarshal(states.States[state].Arguments, &u)); err != nil {
		t.Fatal(state, err)
	}
	return u
}

// on makes the request. What the definition computes is given; what stands in it is
// taken from it.
func (u update) on(env Env, key, computed map[string]types.AttributeValue) *dynamodb.UpdateItemInput {
	values := map[string]types.AttributeValue{}
	for name, v := range u.ExpressionAttributeValues {
		values[name] = text(v.S)
		if v.N != "" {
			values[name] = &types.AttributeValueMemberN{Value: v.N}
		}
	}
	maps.Copy(values, computed)
	return &dynamodb.UpdateItemInput{
		TableName:                 aws.String(env.Table),
		Key:                       key,
		UpdateExpression:          aws.String(u.UpdateExpression),
		ConditionExpression:       aws.String(u.ConditionExpression),
		ExpressionAttributeNames:  u.ExpressionAttributeNames,
		ExpressionAttributeValues: values,
		ReturnValues:              types.ReturnValueAllNew,
	}
}

// acquisition is the request with which the state machine takes the lock.
type acquisition struct{ update }

func readAcquisition(t *testing.T) acquisition {
	t.Helper()
	return acquisition{readUpdate(t, statemachine.Quarantine, "AcquireLock")}
}

// by makes the request of an execution at a time, for a finding that says nothing of its age.
func (a acquisition) by(env Env, c quarantine.Claim, at time.Time) *dynamodb.UpdateItemInput {
	return a.about(env, c, at, at.AddDate(1, 0, 0))
}

// alarmed is the type of finding that asks for the lock.
const alarmed = "CryptoCurrency:EC2/BitcoinTool.B!DNS"

// about makes the request for activity that was seen last at a time.
func (a acquisition) about(env Env, c quarantine.Claim, at, seen time.Time) *dynamodb.UpdateItemInput {
	a.ExpressionAttributeNames = maps.Clone(a.ExpressionAttributeNames)
	a.ExpressionAttributeNames["#alarm"] = "falseAlarm#" + alarmed
	number := func(n int64) *types.AttributeValueMemberN {
		return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
	}
	return a.on(env, lockKey(c), map[string]types.AttributeValue{
		":incident": text(c.Incident), ":me": text(c.Owner), ":at": text(at.Format(time.RFC3339)), ":seen": text(stamped(seen)), ":unheeded": text(stamped(at)),
		":now": number(at.Unix()), ":lease": number(at.Add(5 * time.Minute).Unix()),
		":resource": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"kind": text(string(c.Resource.Kind)), "accountId": text(c.Resource.AccountID), "region": text(c.Resource.Region), "id": text(c.Resource.ID),
		}},
		":score": number(80), ":finding": &types.AttributeValueMemberSS{Value: []string{"finding-of-" + c.Owner}},
	})
}

// stamped is a time as the state machine has it.
func stamped(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func lockKey(c quarantine.Claim) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": text(quarantine.LockKey(c.Resource)), "sk": text("LOCK")}
}

// take tells whether the request changed anything, such as took the lock.
func take(ctx context.Context, env Env, in *dynamodb.UpdateItemInput) (bool, error) {
	_, err := env.API.UpdateItem(ctx, in)
	if _, held := errors.AsType[*types.ConditionalCheckFailedException](err); held {
		return false, nil
	}
	return err == nil, err
}

func claimOf(n int) quarantine.Claim {
	return quarantine.Claim{Incident: incidentID(n), Resource: resource, Owner: fmt.Sprintf("arn:aws:states:execution:%d", n)}
}

func locksOnce(t *testing.T, env Env, _ *ledger.Ledger) {
	request := readAcquisition(t)
	taken := make([]bool, 20)
	for _, err := range together(len(taken), func(n int) (err error) {
		taken[n], err = take(t.Context(), env, request.by(env, claimOf(n), noon))
		return err
	}) {
		works(t, err)
	}
	winners := 0
	for n, won := range taken {
		if won {
			winners++
			wantOwner(t, env, claimOf(n))
		}
	}
	if winners != 1 {
		t.Errorf("%d executions hold the lock", winners)
	}
}

func locksAgain(t *testing.T, env Env, _ *ledger.Ledger) {
	request := readAcquisition(t)
	held, sameOwner := claimOf(1), claimOf(2)
	leaseEnds := time.Unix(1772629200, 0).UTC() // see lock
	for _, tt := range []struct {
		status quarantine.Status
		claim  quarantine.Claim
		at     time.Time
		taken  bool
	}{
		{quarantine.StatusIsolating, sameOwner, leaseEnds.Add(-time.Second), false},
		{quarantine.StatusIsolating, sameOwner, leaseEnds, false},
		{quarantine.StatusIsolating, sameOwner, leaseEnds.Add(time.Second), true},
		{quarantine.StatusIsolating, held, leaseEnds.Add(-time.Second), true},
		{quarantine.StatusContained, sameOwner, leaseEnds.Add(time.Hour), false},
		{quarantine.StatusContained, held, leaseEnds.Add(time.Hour), false},
		{quarantine.StatusReleasing, sameOwner, leaseEnds, false},
		{quarantine.StatusReleasing, held, leaseEnds, false},
		{quarantine.StatusReleasing, sameOwner, leaseEnds.Add(time.Second), true},
		{quarantine.StatusReleased, sameOwner, noon, true},
		{quarantine.StatusFailed, sameOwner, noon, true},
	} {
		lock(t, env, held, tt.status)
		taken := must(take(t.Context(), env, request.by(env, tt.claim, tt.at)))(t)
		if taken != tt.taken {
			t.Errorf("%s, asked for by %s at %s: taken is %t", tt.status, tt.claim.Owner, tt.at, taken)
		}
		want := held // the incident that is on the lock stays
		if tt.taken {
			want.Owner = tt.claim.Owner
		}
		wantOwner(t, env, want)
	}
}

// Whoever has taken the incident over by then keeps the lock as it is.
func retakesLock(t *testing.T, env Env, l *ledger.Ledger) {
	other := quarantine.Claim{Incident: claimOf(1).Incident, Resource: resource, Owner: claimOf(2).Owner}
	another := quarantine.Claim{Incident: claimOf(2).Incident, Resource: resource, Owner: claimOf(1).Owner}
	for _, tt := range []struct {
		status quarantine.Status
		claim  quarantine.Claim
		want   string
	}{
		{quarantine.StatusContained, other, quarantine.LockLost},
		{quarantine.StatusContained, another, quarantine.LockLost},
		{quarantine.StatusReleasing, claimOf(1), quarantine.LockLost},
		{quarantine.StatusContained, claimOf(1), ""},
	} {
		lock(t, env, claimOf(1), tt.status)
		if err := l.Reopen(t.Context(), tt.claim); quarantine.NameOf(err) != tt.want {
			t.Errorf("%s, by %s for %s: %v, want %q", tt.status, tt.claim.Owner, tt.claim.Incident, err, tt.want)
		}
		status := tt.status
		if tt.want == "" {
			status = quarantine.StatusFailed
		}
		wantLock(t, env, status)
		wantOwner(t, env, claimOf(1))
	}
}

func wantOwner(t *testing.T, env Env, want quarantine.Claim) {
	t.Helper()
	found := readLock(t, env)
	for attribute, value := range map[string]string{"owner": want.Owner, "incident": want.Incident} {
		if got, ok := found[attribute].(*types.AttributeValueMemberS); !ok || got.Value != value {
			t.Errorf("the lock's %s is %v, want %s", attribute, found[attribute], value)
		}
	}
}
