package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type item = map[string]types.AttributeValue

// stampLayout has a fixed width, so that times sort as text.
const stampLayout = "2006-01-02T15:04:05.000Z"

func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

// encoding gives attributes the names of the domain's JSON form.
func encoding(o *attributevalue.EncoderOptions) {
	o.TagKey = "json"
	o.EncodeTime = func(t time.Time) (types.AttributeValue, error) {
		return &types.AttributeValueMemberS{Value: stamp(t)}, nil
	}
}

// decoding reads them back.
func decoding(o *attributevalue.DecoderOptions) { o.TagKey = "json" }

func encode(v any) (item, error) { return attributevalue.MarshalMapWithOptions(v, encoding) }

func decode(from item, into any) error {
	return attributevalue.UnmarshalMapWithOptions(from, into, decoding)
}

// value is an operand in the same encoding.
func value(v any) expression.ValueBuilder {
	return expression.ValueWithOptions(v, func(o *expression.ValueBuilderOptions) {
		o.EncoderOptions = append(o.EncoderOptions, encoding)
	})
}

func stringSet(of ...string) expression.ValueBuilder {
	return expression.Value(&types.AttributeValueMemberSS{Value: of})
}

// once sets an attribute unless it is there.
func once(u expression.UpdateBuilder, attribute string, v any) expression.UpdateBuilder {
	name := expression.Name(attribute)
	return u.Set(name, name.IfNotExists(value(v)))
}

// set sets an attribute outright.
func set(u expression.UpdateBuilder, attribute string, v any) expression.UpdateBuilder {
	return u.Set(expression.Name(attribute), value(v))
}

// changing is an update with the condition under which it is made, if it is set, and with the
// item's version.
func changing(u expression.UpdateBuilder, c expression.ConditionBuilder) (expression.Expression, error) {
	return expression.NewBuilder().WithUpdate(versioned(u)).WithCondition(ofThisVersion(c)).Build()
}

// update changes one item where the condition holds and returns it as it is
// then. Where the condition fails, the error is a *conditionError.
func (l *Ledger) update(ctx context.Context, k key, u expression.UpdateBuilder, c expression.ConditionBuilder, options ...func(*dynamodb.Options)) (item, error) {
	e, err := changing(u, c)
	if err != nil {
		return nil, failure("UpdateItem", err)
	}
	var now item
	err = l.pastConflicts(ctx, func() error {
		out, err := l.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName:                           aws.String(l.table),
			Key:                                 k,
			UpdateExpression:                    e.Update(),
			ConditionExpression:                 e.Condition(),
			ExpressionAttributeNames:            e.Names(),
			ExpressionAttributeValues:           e.Values(),
			ReturnValues:                        types.ReturnValueAllNew,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, options...)
		if err != nil {
			return pastVersion(failure("UpdateItem", err))
		}
		now = out.Attributes
		return nil
	})
	return now, err
}

// add writes an item unless one with its key is there; then the error is a
// *conditionError with that one.
func (l *Ledger) add(ctx context.Context, i item) error {
	i[attrVersion] = thisVersion
	_, err := l.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                           aws.String(l.table),
		Item:                                i,
		ConditionExpression:                 aws.String("attribute_not_exists(" + partitionKey + ")"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	return failure("PutItem", err)
}

// conditionError says that a condition did not hold, and what was there.
type conditionError struct {
	old  item
	part int // of a transaction, whose condition it was
	err  error
}

func (e *conditionError) Error() string { return e.err.Error() }
func (e *conditionError) Unwrap() error { return e.err }

// refused gives the item because of which a condition did not hold.
func refused(err error) (old item, ok bool) {
	if e, ok := errors.AsType[*conditionError](err); ok {
		return e.old, true
	}
	return nil, false
}
