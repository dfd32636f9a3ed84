package dynamodb

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/dynamodb/ddbexpr"
)

func invalid(format string, args ...any) error {
	return call.Fail("ValidationException", format, args...)
}

// validation turns an error in an expression or a value into DynamoDB's error.
func validation(err error) error {
	var e *ddbexpr.Error
	if errors.As(err, &e) {
		return invalid("%s", e.Message)
	}
	return err
}

// expressions are a request's parsed expressions; nil if not given.
type expressions struct {
	condition, filter, key *ddbexpr.Condition
	update                 *ddbexpr.Update
	projection             *ddbexpr.Projection
}

// texts are a request's expressions as given.
type texts struct{ condition, filter, key, update, projection *string }

func (t texts) parse(names map[string]string, values ddbexpr.Item) (expressions, error) {
	some := t.condition != nil || t.filter != nil || t.key != nil || t.update != nil || t.projection != nil
	scope, err := ddbexpr.NewScope(names, values, some)
	if err != nil {
		return expressions{}, validation(err)
	}
	var e expressions
	conditions := []struct {
		kind string
		text *string
		into **ddbexpr.Condition
	}{
		{"ConditionExpression", t.condition, &e.condition},
		{"FilterExpression", t.filter, &e.filter},
		{"KeyConditionExpression", t.key, &e.key},
	}
	for _, c := range conditions {
		if c.text != nil {
			*c.into, err = scope.Condition(c.kind, *c.text)
		}
		if err != nil {
			return expressions{}, validation(err)
		}
	}
	if t.update != nil {
		if e.update, err = scope.Update(*t.update); err != nil {
			return expressions{}, validation(err)
		}
	}
	if t.projection != nil {
		if e.projection, err = scope.Projection(*t.projection); err != nil {
			return expressions{}, validation(err)
		}
	}
	return e, validation(scope.Unused())
}

// allow returns an error if the write's condition is false for the item, which is nil if there is
// none. A write without a condition is always allowed.
func allow(condition *ddbexpr.Condition, item ddbexpr.Item, onFailure types.ReturnValuesOnConditionCheckFailure) error {
	if condition == nil || condition.Matches(item) {
		return nil
	}
	e := &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed")}
	if onFailure == types.ReturnValuesOnConditionCheckFailureAllOld {
		e.Item = item
	}
	return call.Clone(e)
}
