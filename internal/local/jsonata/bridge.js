// Connects the reference implementation of JSONata to Go. Evaluates to a function of (jsonata, host) that
// returns the functions that Go calls; jsonata is the reference without promises, and host.original() the
// unmodified reference (see pool.go). begin() drops everything of the previous evaluations.
(function (jsonata, host) {
  'use strict';

  const ENTRY = Symbol.for('jsonata.__evaluate_entry');
  const EXIT = Symbol.for('jsonata.__evaluate_exit');
  const PUSH = Symbol.for('jsonata.__createFrame_push');

  // Functions that Step Functions adds to JSONata, with the signatures that check their arguments.
  const added = {
    hash: [host.hash, '<ss:s>'],
    parse: [text => JSON.parse(text), '<s:x>'],
    partition: [partition, '<an:a>'],
    random: [host.random, '<n?:n>'],
    range: [range, '<nnn:a<n>>'],
    uuid: [host.uuid, '<:s>'],
  };

  function fail(code, message) {
    throw { code: code, message: message };
  }

  function partition(items, size) {
    if (!Number.isInteger(size) || size < 1) {
      fail('D3200', 'The second argument of function "partition" must be a positive integer');
    }
    const parts = [];
    for (let i = 0; i < items.length; i += size) {
      parts.push(items.slice(i, i + size));
    }
    return parts;
  }

  function range(first, last, step) {
    if (step === 0) {
      fail('D3201', 'The third argument of function "range" must not be zero');
    }
    if (Math.abs((last - first) / step) >= host.maxRange) {
      fail('D3202', 'The function "range" gives at most ' + host.maxRange + ' numbers');
    }
    const numbers = [];
    for (let i = 0; step > 0 ? first + i * step <= last : first + i * step >= last; i++) {
      numbers.push(first + i * step);
    }
    return numbers;
  }

  // survey collects every variable that an expression names, and refuses what Step Functions refuses.
  // inside tells whether an earlier step of the path gives the fields a parent value.
  function survey(node, inside, seen) {
    if (node === null || typeof node !== 'object') {
      return;
    }
    if (Array.isArray(node)) {
      node.forEach(child => survey(child, inside, seen));
      return;
    }
    switch (node.type) {
      case 'variable':
        if (!inside && (node.value === '' || node.value === '$')) {
          fail('', '$' + node.value + ' has no value at the top level: start from $states or a variable');
        }
        if (node.value === 'eval') {
          fail('', '$eval is not available in Step Functions: use $parse for JSON text');
        }
        seen.add(node.value);
        break;
      case 'name':
      case 'wildcard':
      case 'descendant':
        if (!inside) {
          fail('', 'the field "' + node.value + '" belongs to nothing at the top level: start from $states or a variable');
        }
        break;
      case 'path':
        node.steps.forEach((step, i) => survey(step, inside || i > 0, seen));
        break;
    }
    for (const key of ['arguments', 'body', 'condition', 'else', 'expression', 'expressions', 'procedure', 'rhs', 'then']) {
      survey(node[key], inside, seen);
    }
    survey(node.lhs, inside, seen);
    for (const key of ['delete', 'group', 'pattern', 'predicate', 'stages', 'terms', 'update']) {
      survey(node[key], true, seen);
    }
    survey(node.expr, true, seen);
  }

  const maxNesting = host.maxNesting;
  let budget = 0;
  let depth = 0;
  let watched = false;

  // watch counts evaluation steps and their nesting. JSONata looks up an entry and an exit hook in its environment at
  // every step; counting in that lookup is cheap, where a hook would need a promise for every step. It stops the
  // engine instead of throwing, because throwing is slow if the nesting is deep.
  function watch(parent, frame) {
    if (watched) {
      return;
    }
    watched = true;
    const lookup = frame.lookup;
    frame.lookup = name => {
      if (name === ENTRY) {
        if (--budget < 0) {
          host.stop(host.tooMuch);
        }
        if (++depth > maxNesting) {
          host.stop(host.tooDeep);
        }
        return undefined;
      }
      if (name === EXIT) {
        depth--;
        return undefined;
      }
      return lookup(name);
    };
  }

  const bare = node => Object.keys(node).every(key => key === 'value' || key === 'position' || key === 'type');
  const named = node => node.type === 'variable' && bare(node) && node.value !== '' && node.value !== '$';

  // straight returns the steps of a plain path such as $states.input.a, or of a single variable; otherwise null.
  function straight(node) {
    if (named(node)) {
      return [node.value];
    }
    if (node.type !== 'path' || !Object.keys(node).every(key => key === 'type' || key === 'steps') ||
        !named(node.steps[0]) || !node.steps.slice(1).every(step => step.type === 'name' && bare(step))) {
      return null;
    }
    return node.steps.map(step => step.value);
  }

  // lift replaces every plain path in an expression by a variable, so that a value need not be parsed as a whole for
  // one of its fields. It collects the paths by number. It leaves called functions alone: they are not values.
  function lift(node, paths) {
    if (node === null || typeof node !== 'object') {
      return;
    }
    const steps = node.type === 'path' ? straight(node) : null;
    if (steps === null) {
      Object.keys(node).forEach(key => key === 'procedure' || lift(node[key], paths));
      return;
    }
    delete node.steps;
    node.type = 'variable';
    node.value = lifted(paths.length);
    node.position = 0;
    paths.push(steps);
  }

  // lifted is a variable name that cannot occur in an expression.
  function lifted(number) {
    return ' ' + number;
  }

  // has tells whether a condition holds for any node of an expression.
  function has(node, holds) {
    return node !== null && typeof node === 'object' &&
      (holds(node) || Object.keys(node).some(key => key !== 'ancestor' && has(node[key], holds)));
  }

  // Effects, whose order shows whether the items of a constructor are evaluated concurrently or in order.
  const effects = node => node.type === 'bind' || (node.type === 'variable' && ['random', 'shuffle', 'uuid'].includes(node.value));

  // Nodes in which a name can mean something else than outside of the expression, and steps to a parent.
  const scopes = node => node.type === 'lambda' || node.type === 'transform' || node.type === 'parent' ||
    node.focus !== undefined || node.index !== undefined;

  // prepare adds Step Functions' functions to a parsed expression, and removes $eval.
  function prepare(expression, names) {
    for (const name of names) {
      if (Object.hasOwn(added, name)) {
        expression.registerFunction(name, added[name][0], added[name][1]);
      }
    }
    expression.assign('eval', undefined);
    expression.assign(PUSH, watch);
    return expression;
  }

  function compile(source) {
    const expression = jsonata(source);
    const ast = expression.ast();
    const names = new Set();
    survey(ast, false, names);
    const compiled = {
      source: source, names: names, expression: prepare(expression, names), original: null, steps: straight(ast),
      orderly: !has(ast, effects), constant: names.size === 0, paths: [], lifted: null, others: null,
    };
    if (compiled.steps === null && compiled.orderly && !has(ast, scopes)) {
      raise(compiled);
    }
    return compiled;
  }

  // raise adds the lifted form to a compiled expression. It is used if all its plain paths have a value.
  function raise(compiled) {
    const expression = jsonata(compiled.source);
    lift(expression.ast(), compiled.paths);
    const names = new Set();
    survey(expression.ast(), true, names);
    compiled.paths.forEach((_, number) => names.delete(lifted(number)));
    compiled.lifted = prepare(expression, names);
    compiled.others = names;
  }

  const parts = ['input', 'result', 'errorOutput', 'context'];
  let states, variables;

  function begin() {
    states = undefined;
    variables = new Map();
  }

  // The parts of $states are parsed when an expression first reads them, once for a session.
  function makeStates() {
    const made = {};
    for (const part of parts) {
      if (!host.has(part)) {
        continue;
      }
      let value, parsed = false;
      Object.defineProperty(made, part, {
        enumerable: true,
        get: () => {
          if (!parsed) {
            value = host.part(part);
            parsed = true;
          }
          return value;
        },
      });
    }
    return made;
  }

  function bind(names) {
    const bindings = Object.create(null);
    for (const name of names) {
      if (name === 'states') {
        bindings.states = states = states || makeStates();
        continue;
      }
      if (!variables.has(name)) {
        variables.set(name, host.variable(name));
      }
      const value = variables.get(name);
      if (value !== undefined) {
        bindings[name] = value;
      }
    }
    return bindings;
  }

  function checked(key, value) {
    if (typeof value === 'function' || (value !== null && typeof value === 'object' &&
        (value._jsonata_lambda === true || value._jsonata_function === true))) {
      fail('', host.notJSON);
    }
    return value;
  }

  function text(value) {
    return value === undefined ? undefined : JSON.stringify(value, checked);
  }

  function enter(expression, bindings) {
    budget = host.maxSteps;
    depth = 0;
    watched = false;
    return expression.evaluate(undefined, bindings);
  }

  // evaluate returns JSON text or undefined.
  function evaluate(compiled) {
    return text(enter(compiled.expression, bind(compiled.names)));
  }

  // evaluateLifted returns the same as evaluate, from the values of the expression's plain paths.
  function evaluateLifted(compiled, ...values) {
    const bindings = bind(compiled.others);
    for (let number = 0; number < values.length; number++) {
      bindings[lifted(number)] = values[number];
    }
    return text(enter(compiled.lifted, bindings));
  }

  // evaluateOriginal returns a promise of the same as evaluate, with the unmodified reference.
  function evaluateOriginal(compiled) {
    compiled.original = compiled.original || prepare(host.original()(compiled.source), compiled.names);
    return enter(compiled.original, bind(compiled.names)).then(text);
  }

  return { compile, begin, evaluate, evaluateLifted, evaluateOriginal };
})
