const express = require('express');
const bcrypt = require('bcryptjs');
const jwt = require('jsonwebtoken');

const secret = 'shhhhh';
const db = {
  alice: { _id: 'u1', username: 'alice', password: bcrypt.hashSync('correct horse', 4) },
  mallory: {
    _id: 'u2',
    username: 'mallory',
    password: bcrypt.hashSync('correct horse', 4),
    active: false,
  },
};
const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: true }));

app.get('/healthz', (req, res) => res.send('ok'));

app.post('/login', (req, res) => {
  const { username, password } = req.body;
  if (!username || !password) return res.status(422).send({ message: 'Please enter all fields' });
  const user = db[username];
  if (!user) return res.status(400).send({ message: 'User does not exist' });
  bcrypt.compare(password, user.password).then((isMatch) => {
    if (!isMatch) return res.status(400).send({ message: 'Invalid credentials' });
    if (user.active === false)
      return res.status(400).send({ message: 'Please verify your account' });
    res.send({ accessToken: jwt.sign({ id: user._id }, secret), user: { id: user._id } });
  });
});

app.use('/todos', (req, res, next) => {
  const header = req.header('Authorization');
  if (!header) return res.status(401).send({ message: 'Access denied' });
  jwt.verify(header.replace('Bearer ', ''), secret, (err, decoded) => {
    if (err) return res.status(403).send({ message: 'Invalid token' });
    req.userId = decoded.id;
    next();
  });
});
app.get('/todos/:id', (req, res) => res.send({ id: req.params.id, owner: req.userId }));
app.delete('/todos/:id', (req, res) => res.status(403).send({ message: 'Not your todo' }));

app.listen(process.env.PORT);
