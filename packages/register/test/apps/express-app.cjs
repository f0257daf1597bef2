/** The application of the matrix, as CommonJS: one route with a parameter, one login. */
const express = require('express');
const { serve } = require('./serve.cjs');

serve(express);
