"""What names and texts in a learner's cells stand for, as far as their syntax trees tell."""

import ast

IMPORTERS = {"import_module", "__import__", "find_spec", "resolve_name", "run_module"}
UNKNOWN = "?"  # a part of a path that is computed


class Names:
    """The names of a notebook that stand for modules, for what is in them, or for texts."""

    def __init__(self, paths=()):
        self.paths = {name: name for name in ("__import__", "getattr", "vars")} | dict(paths)
        self.texts = {"__name__": "__main__"}

    def learn(self, node):
        """Take note of what an import or a plain assignment binds, and forget what it unbinds."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                self.paths[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self.paths[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    self._bind(target.id, node.value)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self._bind(node.name, None)

    def _bind(self, name, value):
        for known, found in ((self.paths, self.path(value)), (self.texts, self.text(value))):
            known.pop(name, None)
            if found:
                known[name] = found

    def path(self, node) -> str:
        """Return what an expression stands for, such as "course_utils.model", or "".

        A call is marked by "()", a computed part by "?".

        >>> names = Names()
        >>> names.learn(ast.parse("import course_utils as c").body[0])
        >>> names.path(ast.parse("getattr(c, 'mo' + 'del').softmax", mode="eval").body)
        'course_utils.model.softmax'
        """
        if isinstance(node, ast.Name):
            return self.paths.get(node.id, "")
        if isinstance(node, ast.Attribute):
            before = self.path(node.value)
            return f"{before}.{node.attr}" if before else ""
        if isinstance(node, ast.Subscript):
            return self._entry(self.path(node.value), node.slice)
        return self._result(node) if isinstance(node, ast.Call) else ""

    def _entry(self, before, key):
        """Return the path of `sys.modules["x"]` and of `vars(x)["y"]`."""
        if is_modules(before):
            return self.text(key) or UNKNOWN
        if before.endswith(".__dict__"):
            return f"{before.removesuffix('.__dict__')}.{self.text(key) or UNKNOWN}"
        return f"{before}[]" if before else ""

    def _result(self, call):
        function, first = self.path(call.func), (call.args or [None])[0]
        called = self.called(call)
        if called in IMPORTERS and first is not None:
            module = self.text(first) or UNKNOWN
            top = called == "__import__" and len(call.args) < 4 and not call.keywords
            return module.partition(".")[0] if top else module
        if function == "getattr" and len(call.args) > 1 and self.path(first):
            return f"{self.path(first)}.{self.text(call.args[1]) or UNKNOWN}"
        if function == "vars" and self.path(first):
            return f"{self.path(first)}.__dict__"
        if called == "get" and is_modules(function.rpartition(".")[0]):
            return self.text(first) or UNKNOWN
        return f"{function}()" if function else ""

    def called(self, call) -> str:
        """Return the last name of the function that is called."""
        function = call.func
        path = self.path(function).rpartition(".")[2]
        return path or getattr(function, "attr", getattr(function, "id", ""))

    def text(self, node) -> str:
        """Return the text that an expression always gives, or "" if that is not plain.

        >>> Names().text(ast.parse("'.'.join(['a', 'b']) + f'{1}'", mode="eval").body)
        'a.b1'
        """
        parts = self._parts(node)
        return "".join(parts) if parts is not None else ""

    def _parts(self, node):
        """Return the pieces of a text, or None if one of them is computed."""
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
            return [str(node.value)]
        if isinstance(node, ast.Name):
            return [self.texts[node.id]] if node.id in self.texts else None
        if isinstance(node, ast.FormattedValue):
            return self._parts(node.value)
        if isinstance(node, ast.JoinedStr):
            return self._all(node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._all([node.left, node.right])
        joins = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "join"
        if joins and node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
            pieces = [self._parts(one) for one in node.args[0].elts]
            between = self._parts(node.func.value)
            if between is not None and None not in pieces:
                return ["".join(between).join("".join(piece) for piece in pieces)]
        return None

    def _all(self, nodes):
        found = [self._parts(node) for node in nodes]
        return None if None in found else [part for parts in found for part in parts]


def is_modules(path) -> bool:
    """Say whether a path is that of Python's table of modules, `sys.modules`."""
    return path == "sys.modules" or path.endswith(".sys.modules")
