// Joins the reference implementation of JSONata to Go. Evaluates to a function of (jsonata, host) that
// returns what the Go side calls. Nothing of an evaluation outlives begin().
(function (jsonata, host) {
  'use strict';

  const ENTRY = Symbol.for('jsonata.__evaluate_entry');
  const EXIT = Symbol.for('jsonata.__evaluate_exit');
  const PUSH = Symbol.for('jsonata.__createFrame_push');

  // What Step Functions adds to JSONata, with the signatures that check their arguments.
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

  // survey notes every variable that an expression names and refuses what Step Functions refuses.
  // inside is whether a path's earlier step gives the fields something to belong to.
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

  let budget = 0;
  let depth = 0;
  let watched = false;

  // watch counts evaluation steps and how deep they nest. JSONata asks its environment for an entry and an
  // exit hook at every step, and answering that question costs nothing, where a hook would cost a promise a step.
  // It stops the engine instead of throwing, which takes long where the nesting is deep.
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
        if (++depth > host.maxNesting) {
          host.stop(host.tooDeep);
        }
      } else if (name === EXIT) {
        depth--;
      }
      return lookup(name);
    };
  }

  // straight gives the steps of a plain path such as $states.input.a, which is what most expressions are.
  function straight(ast) {
    const plain = step => Object.keys(step).every(key => key === 'value' || key === 'position' || key === 'type');
    if (ast.type !== 'path' || !Object.keys(ast).every(key => key === 'type' || key === 'steps') ||
        ast.steps[0].type !== 'variable' || !plain(ast.steps[0]) ||
        !ast.steps.slice(1).every(step => step.type === 'name' && plain(step))) {
      return null;
    }
    return ast.steps.map(step => step.value);
  }

  // walk follows a plain path through objects, where JSONata means what JavaScript means, and costs a twentieth.
  // Anything else on the way is for JSONata: it maps over arrays.
  function walk(steps, bindings) {
    let value = bindings[steps[0]];
    for (const name of steps.slice(1)) {
      if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, name)) {
        return undefined;
      }
      value = value[name];
    }
    return value;
  }

  function compile(source) {
    const expression = jsonata(source);
    const seen = new Set();
    survey(expression.ast(), false, seen);
    for (const name of seen) {
      if (Object.hasOwn(added, name)) {
        expression.registerFunction(name, added[name][0], added[name][1]);
      }
    }
    expression.assign('eval', undefined);
    expression.assign(PUSH, watch);
    return { expression: expression, names: Array.from(seen), steps: straight(expression.ast()) };
  }

  const parts = ['input', 'result', 'errorOutput', 'context'];
  let states, variables;

  function begin() {
    states = undefined;
    variables = new Map();
  }

  // Parts of $states are parsed when an expression first reads them, and once for all expressions of a session.
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
            value = JSON.parse(host.part(part));
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
        const text = host.variable(name);
        variables.set(name, text === undefined ? undefined : JSON.parse(text));
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

  // evaluate gives JSON text, undefined, or a promise of either.
  function evaluate(compiled) {
    const bindings = bind(compiled.names);
    const value = compiled.steps && walk(compiled.steps, bindings);
    if (value !== null && value !== undefined) {
      return JSON.stringify(value);
    }
    budget = host.maxSteps;
    depth = 0;
    watched = false;
    return compiled.expression.evaluate(undefined, bindings)
      .then(value => value === undefined ? undefined : JSON.stringify(value, checked));
  }

  return { compile: compile, begin: begin, evaluate: evaluate };
})
