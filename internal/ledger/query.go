package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// get reads one item; it is empty if there is none.
func (l *Ledger) get(ctx context.Context, k key) (item, error) {
	out, err := l.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(l.table), Key: k, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, failure("GetItem", err)
	}
	return out.Item, nil
}

// partition reads all items of a partition, consistently, in the order of their
// sort keys.
func (l *Ledger) partition(ctx context.Context, pk string) ([]item, error) {
	return l.query(ctx, &dynamodb.QueryInput{ConsistentRead: aws.Bool(true)},
		expression.NewBuilder().WithKeyCondition(expression.Key(partitionKey).Equal(expression.Value(pk))))
}

// list reads the named attributes of the items of a partition whose sort key
// begins with prefix, in the order of that key, each as a T.
func list[T any](ctx context.Context, l *Ledger, pk, prefix string, attributes ...string) ([]T, error) {
	items, err := l.query(ctx, &dynamodb.QueryInput{ConsistentRead: aws.Bool(true)}, expression.NewBuilder().
		WithKeyCondition(expression.Key(partitionKey).Equal(expression.Value(pk)).
			And(expression.Key(sortKey).BeginsWith(prefix))).
		WithProjection(projection(append(attributes, sortKey))))
	if err != nil {
		return nil, err
	}
	return decoded[T](items, prefix)
}

// query reads the items that the expression asks for, of all pages or, where a
// limit is set, of the first.
func (l *Ledger) query(ctx context.Context, in *dynamodb.QueryInput, b expression.Builder) ([]item, error) {
	e, err := b.Build()
	if err != nil {
		return nil, failure("Query", err)
	}
	in.TableName, in.KeyConditionExpression, in.ProjectionExpression = aws.String(l.table), e.KeyCondition(), e.Projection()
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.Names(), e.Values()
	var out []item
	for pages := dynamodb.NewQueryPaginator(l.api, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("Query", err)
		}
		out = append(out, page.Items...)
		if in.Limit != nil {
			break
		}
	}
	return out, nil
}

// text is a string attribute, or "".
func text(i item, name string) string {
	if s, ok := i[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func projection(attributes []string) expression.ProjectionBuilder {
	var p expression.ProjectionBuilder
	for _, a := range attributes {
		p = p.AddNames(expression.Name(a))
	}
	return p
}
